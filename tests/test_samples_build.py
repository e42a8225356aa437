"""The sample drafts are what their script makes, and hold nothing real."""

import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pypdfium2
import pytest

FOLDER = Path(__file__).parent.parent / "samples" / "drafts"
SUFFIXES = {".docx", ".pdf", ".txt"}
DISPOSITIONS = ("CLEAR", "WARN", "REDACT", "HOLD", "REFER", "BLOCK", "QUARANTINE")
CATEGORIES = {
    "state_secret_mark",
    "state_secret_mark_variant",
    "classified_doc_header",
    "scope_limited_note",
    "work_secret_mark",
    "trade_secret_mark",
    "cipher_comm",
    "pii_id_number",
    "pii_contact",
    "pii_financial",
    "pii_list_bulk",
    "hidden_content",
    "failed_redaction",
    "image_embedded",
}
FILES = sorted(path.name for path in FOLDER.iterdir() if path.suffix in SUFFIXES)
EXPECTED = json.loads((FOLDER / "expected.json").read_text("utf-8"))
BY_FILE = {entry["file"]: entry for entry in EXPECTED}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drafts")
    subprocess.run([sys.executable, "-B", str(FOLDER / "make.py"), str(folder)], check=True, capture_output=True)
    return folder


def words(data: bytes, suffix: str) -> str:
    """All text that stands in a draft, by no reader of ours."""
    return {".docx": _words_of_word, ".pdf": _words_of_pdf, ".txt": bytes.decode}[suffix](data)


def _words_of_word(data: bytes) -> str:
    found = []
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        for name in file.namelist():
            if name.endswith(".docx"):
                found.append(_words_of_word(file.read(name)))
            elif name.endswith(".xml"):
                found.append(name + re.sub("<[^>]*>", "", file.read(name).decode()))
                found += re.findall(r'w:author="([^"]*)"', file.read(name).decode())
    return "\n".join(found)


def _words_of_pdf(data: bytes) -> str:
    found = []
    ends = [match.end() for match in re.finditer(rb"%%EOF\n?", data)]
    for end in ends:  # each save of the file
        file = pypdfium2.PdfDocument(data[:end])
        found += [page.get_textpage().get_text_range() for page in file]
        found += [f"{key}: {value}" for key, value in file.get_metadata_dict().items()]
        file.close()
    return "\n".join(found)


def test_the_folder_holds_just_what_the_script_makes(made):
    """Nothing is in the folder that cannot be made again."""
    here = {path.name for path in FOLDER.iterdir() if path.is_file() and path.suffix != ".py" and path.name[0] != "."}
    assert {path.name for path in made.iterdir()} == here


@pytest.mark.parametrize("name", FILES)
def test_a_draft_made_again_says_the_same(made, name):
    """The files in the folder were made by the script as it stands."""
    again, here = (made / name).read_bytes(), (FOLDER / name).read_bytes()
    assert words(again, Path(name).suffix) == words(here, Path(name).suffix)


@pytest.mark.parametrize("name", ["expected.json", "README.md"])
def test_the_lists_made_again_are_equal(made, name):
    """What is expected is written in the script, never by hand."""
    assert (made / name).read_bytes() == (FOLDER / name).read_bytes()


def test_each_draft_has_one_entry():
    """No draft without an expectation, none twice."""
    assert sorted(entry["file"] for entry in EXPECTED) == FILES


@pytest.mark.parametrize("entry", EXPECTED, ids=BY_FILE)
def test_an_entry_is_well_formed(entry):
    """Categories and dispositions are known, and the entry does not contradict itself."""
    wanted = {must["category"] for must in entry["must"]}
    forbidden, allowed = set(entry["must_not"]), set(entry.get("may_flag", ()))
    assert wanted | forbidden | allowed <= CATEGORIES
    assert not forbidden & (wanted | allowed)
    assert entry["clean"] == (not wanted)
    assert entry["channel"] == "website"
    assert all(must.keys() == {"category", "where", "quote"} for must in entry["must"])
    assert DISPOSITIONS.index(entry["min_disposition"]) <= DISPOSITIONS.index(entry["max_disposition"])
    assert entry["needs_ocr"] == entry.get("unread_without_ocr", False)


@pytest.mark.parametrize("name", [name for name in FILES if BY_FILE[name]["must"] and not BY_FILE[name]["needs_ocr"]])
def test_what_must_be_found_stands_in_the_draft(name):
    """A quote is in the file's text; those of notes in a PDF are not in its pages and are left out."""
    text = words((FOLDER / name).read_bytes(), Path(name).suffix)
    quotes = [must["quote"] for must in BY_FILE[name]["must"] if must["where"] != "注释"]
    assert [quote for quote in quotes if quote not in text] == []


@pytest.mark.parametrize("name", [name for name in FILES if BY_FILE[name]["needs_ocr"]])
def test_what_only_pixels_say_is_in_no_text(name):
    """Without character recognition the leak of a scan or a photograph cannot be read."""
    text = words((FOLDER / name).read_bytes(), Path(name).suffix)
    assert [must["quote"] for must in BY_FILE[name]["must"] if must["quote"] and must["quote"] in text] == []


@pytest.mark.parametrize("name", FILES)
def test_numbers_in_drafts_belong_to_nobody(name):
    """Identity numbers are of the unassigned region 110199, telephones of 1380013xxxx, cards of 622202."""
    text = words((FOLDER / name).read_bytes(), Path(name).suffix)
    identities = re.findall(r"(?<![0-9A-Za-z])[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])\d{5}[\dX](?![0-9A-Za-z])", text)
    phones = re.findall(r"(?<!\d)1[3-9]\d{9}(?!\d)", text)
    cards = re.findall(r"(?<!\d)\d{19}(?!\d)", text)
    assert [number for number in identities if not number.startswith("110199")] == []
    assert [number for number in phones if not number.startswith("1380013")] == []
    assert [number for number in cards if not number.startswith("6222020000")] == []


def test_the_folder_stays_small():
    """All drafts together are at most 2.5 MB."""
    assert sum((FOLDER / name).stat().st_size for name in FILES) <= 2_500_000
