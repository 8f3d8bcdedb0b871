"""Why something can't be done, in a form that people and language models can act on."""


class Refusal(Exception):
    """A sentence that says what is so and what to do next; ``code`` is the wire's error."""

    def __init__(self, code: str, sentence: str, **fields: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.fields = fields

    @property
    def line(self) -> str:
        """Code and sentence in one line, as tools answer."""
        return f"{self.code}: {self.sentence}"
