"""Whether a goal was met is read from the figures, and never taken for granted."""

from __future__ import annotations

from bench.report.goals import GOALS, Goal, judge
from bench.report.plan import SCRIPTS, chosen
from bench.report.proofs import PROOFS, Tried, all_tests, counted
from bench.report.readings import at, at_most, largest, less, ratio, rivals_least, together
from tests.bench.gathering import gathered, result
from tests.docs.pages import ROOT

GOAL = Goal(
    subject="Looks",
    text="a look in at most 15 ms",
    script="looks",
    read=at("cpu_ms_per_look"),
    met=at_most(15),
    shown="{:.1f} ms",
)


def judged(figures: dict[str, object] | None, problem: str | None = None) -> tuple[str, bool]:
    (one,) = judge(gathered(result("looks", figures, problem)), (GOAL,))
    return one.measured, one.met


def test_a_goal_is_met_at_its_bound_and_missed_beyond_it() -> None:
    assert judged({"cpu_ms_per_look": 15}) == ("15.0 ms", True)
    assert judged({"cpu_ms_per_look": 15.1}) == ("15.1 ms", False)


def test_a_goal_that_could_not_be_measured_is_not_met_and_says_why() -> None:
    assert judged(None, "stopped after 600 s") == ("not measured: stopped after 600 s", False)
    assert judged({"another": 1}) == ("not measured: the figure is missing", False)


def test_figures_of_a_script_that_missed_its_own_goals_count() -> None:
    assert judged({"cpu_ms_per_look": 14}, "ended with status 1") == ("14.0 ms", True)


def test_a_goal_of_a_script_that_was_not_run_is_in_no_table() -> None:
    assert judge(gathered(), (GOAL,)) == []


def test_the_time_of_a_whole_run_is_a_goal_of_its_own() -> None:
    (one,) = judge(gathered(seconds=1_799.0), ())
    assert (one.measured, one.met) == ("30.0 min", True)
    (one,) = judge(gathered(seconds=1_801.0), ())
    assert not one.met


def test_figures_are_found_and_put_together_and_none_where_one_is_missing() -> None:
    figures = {"a": {"x": 6, "y": 2}, "b": {"x": 3}}
    assert ratio(at("a", "x"), at("b", "x"))(figures) == 2
    assert ratio(at("a", "x"), at("c", "x"))(figures) is None
    assert less(at("a", "x"), at("a", "y"))(figures) == 4
    assert together(at("a", "x"), at("b", "x"))(figures) == 9
    assert together(at("a", "x"), at("b", "y"))(figures) is None
    assert largest("a")(figures) == 6
    assert largest("c")(figures) is None
    assert rivals_least("x", but="a")(figures) == 3
    assert rivals_least("y", but="a")(figures) is None


def test_every_goal_is_measured_by_a_script_that_is_run() -> None:
    assert {goal.script for goal in GOALS} <= {script.name for script in SCRIPTS}


def test_what_is_not_there_is_not_run_and_what_is_long_only_when_named() -> None:
    def everything_but_the_evaluation(path: str) -> bool:
        return "eval" not in path

    names = [one.name for one in chosen([], there=everything_but_the_evaluation)]
    assert "rhythm" in names
    assert not {"scores", "soak"} & set(names)
    (one,) = chosen(["soak"], there=everything_but_the_evaluation)
    assert one.name == "soak"


def test_every_proof_names_tests_that_are_there() -> None:
    for test in all_tests():
        file, _, name = test.partition("::")
        assert name in (ROOT / file).read_text(encoding="utf-8"), test


def test_cases_are_counted_for_the_proof_that_names_their_file_or_their_test() -> None:
    by_file, by_test = PROOFS[0], next(one for one in PROOFS if "::" in one.tests[0])
    tried = [
        Tried(test=f"{by_file.tests[0]}::test_one", passed=True),
        Tried(test=f"{by_file.tests[0]}::test_two", passed=False),
        Tried(test=by_test.tests[0], passed=True),
        Tried(test=f"{by_test.tests[0]}_too", passed=False),
    ]
    assert counted(tried) == {
        by_file.name: {"passed": 1, "failed": 1},
        by_test.name: {"passed": 1, "failed": 0},
    }
