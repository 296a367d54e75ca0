from ptml.report.curves import Dot, Frame, Label, spread, uncovered
from ptml.report.scales import axis_over


def test_labels_on_one_place_are_moved_apart() -> None:
    placed = spread([Label(100, 50, "by lot"), Label(102, 52, "by gap"), Label(400, 50, "far")])
    assert [(label.text, label.y) for label in placed] == [
        ("by lot", 50),
        ("far", 50),
        ("by gap", 67),
    ]


def test_a_label_takes_the_first_place_where_it_hides_no_dot() -> None:
    dots = [Dot(300, 100, "ours"), Dot(330, 98, "peer"), Dot(260, 200, "peer", low=260, high=90)]
    right, left = Label(310, 104, "Course"), Label(290, 104, "Course", anchor="end")
    assert uncovered([[right, left]], dots[:2]) == (left,)
    assert uncovered([[right, left]], dots) == ()
    assert uncovered([[left]], dots[:2], kept=(Label(250, 106, "Taken"),)) == (
        Label(250, 106, "Taken"),
    )


def test_a_label_that_would_leave_the_drawing_is_not_written() -> None:
    assert (
        uncovered([[Label(500, 100, "A long title")], [Label(60, 100, "Left", anchor="end")]], [])
        == ()
    )


def test_the_diagonal_joins_equal_values_within_both_axes() -> None:
    frame = Frame(axis_over([-1.0, 3.0], str), axis_over([0.0, 5.0], str))
    assert frame.diagonal().points == (
        (frame.x(0.0), frame.y(0.0)),
        (frame.x(3.0), frame.y(3.0)),
    )
