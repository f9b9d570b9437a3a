"""Suggestions."""


class ConfidenceModel: ...


class Decision: ...


class Evidence: ...


class Suggestion: ...


CHANNELS = ("chat",)


def load_confidence_model():
    return ConfidenceModel()


def suggest(*a): ...
