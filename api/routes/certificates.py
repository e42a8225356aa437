"""Certificates of approval; the key to verify them with: keys.py."""

from fastapi import Request, Response

from api.errors import ProblemError
from api.routes.resource import CaseId, Reader, house_of, resource
from api.schemas.base import problems
from screening.bootstrap import certificate_of
from screening.domain.certificate import CertificateError
from screening.domain.errors import RefusedError

router = resource("certificates")
_CERTIFICATE = {
    "description": "证书；与稿件同行，用 xianshen verify 核对",
    "content": {"application/json": {"schema": {
        "type": "object", "required": ["certificate", "key_id", "signature"],
        "properties": {"certificate": {"type": "object"}, "key_id": {"type": "string"},
                       "signature": {"type": "string"}},
    }}},
}  # fmt: skip


@router.get(
    "/cases/{case_id}/certificate", operation_id="getCertificate", summary="审批证书", response_class=Response,
    responses=problems(409) | {200: _CERTIFICATE},
)  # fmt: skip
def get_certificate(request: Request, case_id: CaseId, signed: Reader) -> Response:
    """批准的是哪些字节、哪个渠道、哪段时间，由谁签字；用单位的密钥签名。"""
    house = house_of(request)
    filing = house.desk.get(signed.account, case_id)
    with house.store.reading() as books:
        unit = books.people.unit(filing.unit)
        names = books.people.names([one.person for one in filing.case.signatures])
    try:
        text = certificate_of(house, filing, unit.name if unit else "", names)
    except RefusedError as error:
        raise ProblemError(409, str(error)) from None
    except CertificateError:
        raise ProblemError(409, "这一版本没有完整的检查记录，出不了证书：请重新上传检查") from None
    headers = {"Content-Disposition": f'attachment; filename="certificate-{filing.number}.json"'}
    return Response(text, headers=headers, media_type="application/json")
