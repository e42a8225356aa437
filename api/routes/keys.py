"""The public key that certificates and anchors are verified with: for everybody, signed in or not."""

from fastapi import APIRouter, Request

from api.routes.resource import house_of
from api.schemas.base import problems
from api.schemas.records import KeyTold

router = APIRouter(prefix="/api/v1", tags=["certificates"])


@router.get("/certificates/key", operation_id="getKey", summary="验证用的公钥", responses={500: problems()[500]})
def get_key(request: Request) -> KeyTold:
    """人人可取。指纹须另由可靠途径核对：同一途径来的公钥什么也证明不了。"""
    keys = house_of(request).store.keys
    return KeyTold(pem=keys.public_pem, fingerprint=keys.fingerprint)
