"""Small boards for the tests of the board."""

from geometry_ws.board.model import BoardModel, ChangeCard, State, TaskLine


def tasks(number, done=0, section="1. Work"):
    """Give tasks of which the first ones are done."""
    return tuple(
        TaskLine(each + 1, f"Do the step number {each + 1} with `care`", each < done, section)
        for each in range(number)
    )


def change(name="add-login", number=3, done=0, state=None, **more):
    """Give a change with tasks; its state follows from them unless it is given."""
    usual = State.NOT_STARTED if not done else State.IN_PROGRESS
    if number and done == number:
        usual = State.COMPLETE
    return ChangeCard(
        name, state or usual, done=done, total=number, tasks=tasks(number, done), **more
    )


def grouped(name, *groups, title=""):
    """Give a change whose tasks stand in groups, each of a number, of which some are done."""
    lines = []
    for place, (number, done) in enumerate(groups, 1):
        lines += [
            TaskLine(
                len(lines) + n + 1, f"{place}.{n + 1} Do `it`", n < done, f"{place}. Part {place}"
            )
            for n in range(number)
        ]
    done = sum(each.done for each in lines)
    state = State.IN_PROGRESS if done else State.NOT_STARTED
    if lines and done == len(lines):
        state = State.COMPLETE
    return ChangeCard(name, state, title, done, len(lines), tuple(lines))


def ticked(card, task):
    """Give the card with one more task done; its state stays."""
    lines = tuple(
        TaskLine(each.id, each.text, each.done or each.id == task, each.section)
        for each in card.tasks
    )
    return ChangeCard(
        card.name,
        card.state,
        card.title,
        sum(each.done for each in lines),
        card.total,
        lines,
        card.problem,
        card.issues,
    )


def board(*cards, archived=12, specs=7, problem=None):
    """Give a board of cards."""
    return BoardModel("example", cards, archived, specs, problem)
