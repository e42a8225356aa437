"""What reports and ledger show of a finding: a value in its official form, a short term as it is, nothing of a passage.

A passage may hold anything: names that no rule points at, and they cannot all be found. So nothing of it is shown but
its length; title and place tell where to look, and `--show` shows it to whoever may see it.
"""

import re
from pathlib import Path

from screening.domain.finding import Finding
from screening.report.masking import Veil
from screening.text.tokenise import may_name

_LONGEST_TERM = 16  # characters: 机密★十年, 征求意见稿; what is longer is a passage
_NUMBERS = ("pii_id_number", "pii_contact", "pii_financial", "pii_list_bulk")
_HAN = re.compile(r"[\u3400-\u9fff]")


def veiled(finding: Finding, form: str, veil: Veil, models: Path) -> str:
    """What is shown of a finding with this official form, or none. Raises ModelError."""
    words = " ".join(finding.quote.split())
    if form:
        return veil.hide(form)
    if set(finding.masked[1:]) == {"*"} or (finding.category in _NUMBERS and not _HAN.search(words)):
        return veil.quote(finding)
    if finding.category == "hidden_content" or len(words) > _LONGEST_TERM or may_name(words, models):
        return f"〔隐去 {len(words)} 字〕"
    return veil.quote(finding)
