"""The certificate: what it binds, what it refuses, and that it says the same after a round trip."""

import hashlib
import json
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.domain.certificate import Certificate, CertificateError, Signed, check, from_json, title_digest

DRAFT = "云岭市举办茶叶节。".encode()
CERTIFICATE = Certificate(
    version=1,
    id="c-0017",
    unit="云岭市文化局",
    title_sha256=title_digest("云岭市举办茶叶节"),
    sha256=hashlib.sha256(DRAFT).hexdigest(),
    filename="茶叶节.txt",
    size=len(DRAFT),
    text_sha256=hashlib.sha256(DRAFT).hexdigest(),
    channel="website",
    audience="社会公众",
    valid_from="2031-05-08",
    valid_to="2031-05-31",
    ruleset_version="r",
    model_version="m",
    policy_version="p",
    signatures=(Signed(0, "部门负责人（初审）", "钱谷雨", "2031-05-06T10:00:00+08:00"),),
    approved_at="2031-05-07T09:00:00+08:00",
    release_basis="",
)


def digest(data: bytes) -> str:
    """SHA-256 as hex."""
    return hashlib.sha256(data).hexdigest()


def test_what_was_approved_has_no_reason_against_it() -> None:
    """The same bytes, channel, and a day of the window; both ends included."""
    for day in ("2031-05-08", "2031-05-20T12:00:00+08:00", "2031-05-31T23:59:59"):
        assert check(CERTIFICATE, digest(DRAFT), "website", day) == []


@pytest.mark.parametrize(
    "changed",
    [DRAFT[:-1] + bytes([DRAFT[-1] ^ 1]), DRAFT + b"\n", "云岭市\u200b举办茶叶节。".encode(), b""],
    ids=["one bit", "one line feed", "one zero-width space", "nothing"],
)
def test_any_change_of_the_bytes_is_refused(changed: bytes) -> None:
    """Security T4; 一事一审."""
    (reason,) = check(CERTIFICATE, digest(changed))
    assert "重新送审" in reason


def test_channel_and_window_are_bound_too() -> None:
    """Each has its own reason."""
    assert "渠道" in check(CERTIFICATE, digest(DRAFT), "new_media")[0]
    assert "未到" in check(CERTIFICATE, digest(DRAFT), at="2031-05-07")[0]
    assert "已过" in check(CERTIFICATE, digest(DRAFT), at="2031-06-01")[0]
    assert len(check(CERTIFICATE, digest(b""), "press", "2031-06-01")) == 3


def test_it_comes_back_as_it_went() -> None:
    """With signature and key id, and the same body to the byte."""
    again, signature, key_id = from_json(CERTIFICATE.to_json("c2ln", "k-1"))
    assert (again, signature, key_id) == (CERTIFICATE, "c2ln", "k-1")
    assert again.body() == CERTIFICATE.body()


def test_the_body_is_canonical_and_holds_no_title() -> None:
    """Sorted, without blanks, Chinese as it is."""
    body = CERTIFICATE.body().decode()
    assert list(json.loads(body)) == sorted(json.loads(body))
    assert ": " not in body
    assert "社会公众" in body
    assert "茶叶节" not in body.replace("茶叶节.txt", "")


@given(st.sampled_from([one.name for one in fields(Certificate)]), st.data())
def test_any_change_of_any_field_changes_the_body(name: str, data: st.DataObject) -> None:
    """Nothing stands in a certificate that the signature does not cover."""
    value = getattr(CERTIFICATE, name)
    others = {
        "version": st.nothing(),
        "size": st.integers(0),
        "signatures": st.just(()),
        **dict.fromkeys(("sha256", "title_sha256", "text_sha256"), st.from_regex(r"[0-9a-f]{64}", fullmatch=True)),
        **dict.fromkeys(("valid_from",), st.dates().map(str).filter(lambda day: day <= "2031-05-31")),
        **dict.fromkeys(("valid_to",), st.dates().map(str).filter(lambda day: day >= "2031-05-08")),
    }.get(name, st.text(max_size=9))
    if name == "version":
        return
    other = data.draw(others.filter(lambda one: one != value))
    assert replace(CERTIFICATE, **{name: other}).body() != CERTIFICATE.body()


def changed(**values: object) -> str:
    """The file with other values in it."""
    whole = json.loads(CERTIFICATE.to_json("c2ln", "k-1"))
    whole["certificate"] |= values
    return json.dumps(whole)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "[" * 100_000,
        '{"certificate": {}}',
        changed(more="未签名的话"),
        changed(size=True),
        changed(size="12"),
        changed(version=2),
        changed(sha256="ABC"),
        changed(valid_to="永久"),
        changed(valid_to="2031-05-01"),
        changed(signatures=[{"level": 0}]),
        changed(signatures="钱谷雨"),
        changed(audience="\ud800"),
        json.dumps(json.loads(changed()) | {"public_key": "自带的公钥"}),
    ],
)
def test_what_is_no_certificate_is_refused_with_a_cure(text: str) -> None:
    """Also what stands beside the signed part, such as a key of its own."""
    with pytest.raises(CertificateError, match=r"证书|升级") as caught:
        from_json(text)
    assert isinstance(caught.value, ValueError)
