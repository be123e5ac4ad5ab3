"""Integer linear programs for HiGHS, so that the same program gives the same answer on every run.

One thread, a fixed seed, and effort bounded by counted work, never by a clock.
"""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import highspy

Floats = NDArray[np.float64]

Status = Literal["optimal", "feasible", "infeasible", "unknown"]


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """What the solver found."""

    status: Status
    """feasible: a solution, but effort ran out before the proof; unknown: effort ran out without either."""
    values: Floats | None
    bound: float
    """Proven bound of the objective (minimised)."""


@dataclasses.dataclass(frozen=True, slots=True)
class Effort:
    """How much work a program may take."""

    nodes: int = 20_000
    """Nodes of the search tree."""
    work: float = 50.0
    """Looks of a program of 1,000 columns: the solver looks after each round of cuts, dive and node whether to go on. The time
    between two looks was measured to grow with the columns to the power 1.7, so that larger programs get fewer looks."""

    columns: int = 9_000
    """Columns of a program beyond which the solver is not asked: it was measured to take half a minute between two looks."""

    def looks(self, columns: int) -> int:
        """How often a program of so many columns may look."""
        return max(4, int(self.work * math.pow(1000 / columns, 1.7)))


class Program:
    """Minimise c·x over rows lo <= A·x <= hi and columns 0 <= x <= upper, all or some of them whole numbers."""

    def __init__(self) -> None:
        self._upper: list[float] = []
        self._cost: list[float] = []
        self._whole: list[bool] = []
        self._low: list[float] = []
        self._high: list[float] = []
        self._starts: list[int] = [0]
        self._columns: list[int] = []
        self._factors: list[float] = []

    @property
    def columns(self) -> int:
        """How many columns there are."""
        return len(self._upper)

    def column(self, upper: float, cost: float = 0.0, whole: bool = True) -> int:
        """A new column; returns its number."""
        self._upper.append(upper)
        self._cost.append(cost)
        self._whole.append(whole)
        return len(self._upper) - 1

    def row(self, terms: list[tuple[int, float]], low: float = -np.inf, high: float = np.inf) -> None:
        """A new row over (column, factor); a column may come twice."""
        summed: dict[int, float] = {}
        for column, factor in terms:
            summed[column] = summed.get(column, 0.0) + factor
        self._columns += summed.keys()
        self._factors += summed.values()
        self._starts.append(len(self._columns))
        self._low.append(low)
        self._high.append(high)

    def solve(self, effort: Effort | None = None, start: Floats | None = None) -> Answer:
        """The best solution found. ``start`` is a solution to begin from."""
        import highspy  # the page's server starts without it

        effort = effort or Effort()
        if not self._upper:  # HiGHS calls a program without columns empty
            feasible = all(low <= 0 <= high for low, high in zip(self._low, self._high, strict=True))
            return Answer("optimal", np.zeros(0), 0.0) if feasible else Answer("infeasible", None, np.inf)
        if self.columns > effort.columns:
            return Answer("unknown", None, -np.inf)
        solver = highspy.Highs()  # type: ignore[no-untyped-call]
        for name, value in (
            ("output_flag", False), ("log_to_console", False), ("threads", 1), ("parallel", "off"), ("random_seed", 1),
            ("mip_rel_gap", 0.0), ("mip_abs_gap", 1e-7), ("mip_feasibility_tolerance", 1e-7),
            ("primal_feasibility_tolerance", 1e-8),
            ("mip_max_nodes", effort.nodes),
        ):  # fmt: skip
            solver.setOptionValue(name, value)
        solver.passModel(self._model())
        if start is not None:
            solver.setSolution(len(start), np.arange(len(start), dtype=np.int32), start)

        looks, most = 0, effort.looks(self.columns)

        def stop(event: highspy.highs.HighsCallbackEvent) -> None:
            nonlocal looks
            looks += 1
            if looks > most:
                event.interrupt()

        solver.cbMipInterrupt.subscribe(stop)
        solver.run()
        status, info = solver.getModelStatus(), solver.getInfo()
        if status == highspy.HighsModelStatus.kInfeasible:
            return Answer("infeasible", None, np.inf)
        if not np.isfinite(info.objective_function_value) or info.primal_solution_status != 2:
            return Answer("unknown", None, float(info.mip_dual_bound))
        values = np.array(solver.getSolution().col_value)
        whole = np.array(self._whole)
        values[whole] = values[whole].round()
        done = status == highspy.HighsModelStatus.kOptimal
        return Answer("optimal" if done else "feasible", values, float(info.mip_dual_bound))

    def _model(self) -> highspy.HighsLp:
        import highspy

        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self._upper), len(self._low)
        model.col_cost_ = np.array(self._cost, dtype=np.float64)
        model.col_lower_ = np.zeros(len(self._upper))
        model.col_upper_ = np.array(self._upper, dtype=np.float64)
        model.row_lower_ = np.array(self._low, dtype=np.float64)
        model.row_upper_ = np.array(self._high, dtype=np.float64)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.array(self._starts, dtype=np.int32)
        model.a_matrix_.index_ = np.array(self._columns, dtype=np.int32)
        model.a_matrix_.value_ = np.array(self._factors, dtype=np.float64)
        kinds = {True: highspy.HighsVarType.kInteger, False: highspy.HighsVarType.kContinuous}
        model.integrality_ = [kinds[whole] for whole in self._whole]
        return model
