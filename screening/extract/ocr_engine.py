"""RapidOCR, built once per process: models from inside its wheel, two threads, no network, no log lines."""

import logging
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from screening.extract.ocr_lines import Piece, slope_of

if TYPE_CHECKING:
    from PIL.Image import Image

LONG_SIDE = 2400  # pixels; the engine shrinks longer pictures: A4 at 200 dpi passes as it is
_NOISE = 0.3  # confidence below which a piece is the grain of a photo


@cache
def _engine() -> Any:
    """The engine. Its model paths are given, so that it has no reason to look for a download."""
    import onnxruntime  # noqa: PLC0415 - heavy, optional
    import rapidocr  # noqa: PLC0415 - heavy, optional

    onnxruntime.disable_telemetry_events()
    models = Path(rapidocr.__file__).parent / "models"
    params: dict[str, Any] = {
        "Global.log_level": "critical",
        "Global.text_score": _NOISE,
        "Global.max_side_len": LONG_SIDE,
        "EngineConfig.onnxruntime.intra_op_num_threads": 2,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    }
    for task in ("det", "rec", "cls"):
        params[f"{task.capitalize()}.model_path"] = str(next(models.glob(f"*_{task}_*.onnx")))
    logging.getLogger("RapidOCR").disabled = True
    return rapidocr.RapidOCR(params=params)


def recognise(image: "Image") -> list[Piece]:
    """All pieces of text of an RGB picture, in the order in which they were found."""
    import numpy as np  # noqa: PLC0415 - heavy

    engine = _engine()
    pixels = np.ascontiguousarray(np.asarray(image)[:, :, ::-1])
    shrunk, steps = engine.preprocess_img(pixels)
    found, classified, words, crops = engine.run_ocr_steps(shrunk, steps)
    turned = [label == "180" for label, _ in classified.cls_res or ()]
    if found.boxes is None or words.txts is None or len(turned) != len(words.txts):
        return []
    upside_down = [flag for flag, text in zip(turned, words.txts, strict=True) if text.strip()]
    result = engine.build_final_output(pixels, found, classified, words, crops, steps)
    if result.txts is None:
        return []
    # the engine drops pieces of low confidence at the end: match the flags by what is left
    flags = dict(zip((_key(box) for box in found.boxes), upside_down, strict=True))
    return [
        _piece(corners, text, score, upside_down=flags.get(_key(corners), False))
        for corners, text, score in zip(result.boxes, result.txts, result.scores, strict=True)
    ]


def _key(corners: Any) -> tuple[float, ...]:
    return tuple(float(value) for point in corners for value in point)


def _piece(corners: Any, text: str, score: float, *, upside_down: bool) -> Piece:
    xs, ys = [float(point[0]) for point in corners], [float(point[1]) for point in corners]
    slope = slope_of((xs[0], ys[0]), (xs[1], ys[1]))
    return Piece(text, float(score), (min(xs), min(ys), max(xs), max(ys)), slope, upside_down)
