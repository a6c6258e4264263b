"""What ends an extraction early."""

from credential.verdict import SubIndication
from verifier.evidence import Form


class Refused(Exception):
    """The file goes no further; ``message`` is Chinese, for whoever uploaded it."""

    def __init__(
        self, sub: SubIndication, code: str, message: str, form: Form = Form.UNKNOWN
    ) -> None:
        super().__init__(message)
        self.sub, self.code, self.message, self.form = sub, code, message, form


def over_limit(code: str, message: str, form: Form = Form.UNKNOWN) -> Refused:
    return Refused(SubIndication.PROCESSING_LIMIT, code, message, form)


def unsupported(code: str, message: str, form: Form = Form.UNKNOWN) -> Refused:
    return Refused(SubIndication.UNSUPPORTED_FORMAT, code, message, form)
