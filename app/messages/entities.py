"""Errors and notices of entity extraction."""

TEXTS: dict[str, str] = {
    "entities.no_model": "There is no model that finds entities. Download GLiNER on the Models page or with `moadesk models pull gliner-multi-v2.1-int8`.",
    "entities.no_labels": "There is no label to look for. Name some, for example person,method,dataset.",
    "entities.bad_label": "The label {label} holds a mark of the model's own. Choose another word for it.",
    "entities.labels_too_long": "The labels leave no room for the text: the model reads {most} pieces at once. Use fewer or shorter labels.",
    "entities.folder": "{path} is not a GLiNER model: {missing} is missing. Import the whole folder of the model.",
    "entities.damaged": "The GLiNER model in {path} cannot be read ({reason}). Download or import it again.",
    "entities.unsupported": "The GLiNER model in {path} is of a kind that cannot be run here ({what}). Choose a span model such as GLiNER multi v2.1.",
    "entities.failed": "The entity model stopped with an error ({reason}). Try again with less text.",
    "entities.needs_gliner": "{path} has only PyTorch weights. Install the extra `gliner` to convert them once, or download a model that has ONNX weights.",
    "entities.export_failed": "The PyTorch weights in {path} could not be converted ({reason}). Check that the folder holds the whole model and has free space.",
}
