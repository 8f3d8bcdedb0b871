"""A function of a library is changed once, however often that is asked for."""

from types import SimpleNamespace

from geometry_ws.wamp.upstream.changing import change_once


class Library:
    """What is changed."""

    def answer(self):
        """Say four."""
        return 4


def _doubling(answer):
    return lambda self: answer(self) * 2


def _adding(number):
    def adding(answer):
        return lambda self: answer(self) + number

    return adding


def test_a_second_time_changes_nothing_and_other_changes_wrap():
    library = type("Copy", (Library,), {})
    for _ in range(3):
        change_once(library, "answer", _doubling)
        change_once(library, "answer", _adding(1))
        change_once(library, "answer", _adding(1))
    assert library().answer() == 9
    assert Library().answer() == 4


def test_the_original_can_be_found():
    library = type("Copy", (Library,), {})
    change_once(library, "answer", _doubling)
    assert library.answer.__wrapped__ is Library.answer
    assert library.answer.__doc__ == "Say four."


def test_a_class_whose_base_is_changed_isn_t_changed_again():
    base = type("Base", (Library,), {})
    derived = type("Derived", (base,), {})
    change_once(base, "answer", _doubling)
    change_once(derived, "answer", _doubling)
    assert derived().answer() == 8


def test_functions_of_modules_are_changed_as_well():
    module = SimpleNamespace(answer=lambda _: 4)
    change_once(module, "answer", _doubling)
    assert module.answer(None) == 8
