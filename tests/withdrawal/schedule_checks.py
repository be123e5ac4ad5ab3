"""What a schedule must keep, checked and searched by other code than the program's."""

import itertools
from fractions import Fraction


def strength_moved(moves, day, party, section, evening, basis):
    own = [m for m in moves if m.party == party and m.section == section]
    total = sum(Fraction(m.strength) for m in own)
    gone = sum(Fraction(m.strength) for m in own if day[m.id] <= evening)
    return gone / total if basis == "share" else gone


def broken(moves, clauses, day):
    """Every clause that days by id break, in words; empty for a good schedule."""
    found = []
    if set(day) != {m.id for m in moves}:
        found.append("not every position has a day")
        return found
    if any(d < 1 or d != int(d) for d in day.values()):
        found.append("a day before the first")
    last = max(day.values(), default=0)
    if clauses.days is not None and last > clauses.days:
        found.append("too long")
    first, second = clauses.parties
    for section, most in clauses.imbalance.items():
        sides = {m.party for m in moves if m.section == section}
        if clauses.basis == "share" and len(sides) < 2:
            continue
        for evening in range(1, last + 1):
            a, b = (strength_moved(moves, day, p, section, evening, clauses.basis) for p in (first, second))
            if abs(a - b) > Fraction(most) + Fraction(1, 10**6):
                found.append(f"imbalance of {section} on day {evening}")
    for party, limits in clauses.capacity.items():
        for what, most in limits.items():
            for today in range(1, last + 1):
                own = [m for m in moves if m.party == party and day[m.id] == today]
                load = {"strength": sum(Fraction(m.strength) for m in own), "number": len(own),
                        "km": sum(Fraction(m.km) for m in own)}[what]  # fmt: skip
                if load > Fraction(most) * (1 + Fraction(1, 10**6)):
                    found.append(f"{what} of {party} on day {today}")
    stage = {kind: number for number, kinds in enumerate(clauses.order) for kind in kinds}
    for one, other in itertools.permutations(moves, 2):
        together = (one.party, one.section) == (other.party, other.section)
        ordered = together and one.kind in stage and other.kind in stage and stage[one.kind] < stage[other.kind]
        if clauses.in_turn:
            ordered = together and None not in (one.phase, other.phase) and one.phase < other.phase
        if ordered and day[one.id] >= day[other.id]:
            found.append(f"{other.id} goes before {one.id} has gone")
    for move in moves:
        by = clauses.phases[move.phase].by if move.phase is not None and clauses.phases else None
        if by is not None and day[move.id] > by:
            found.append(f"{move.id} goes after its phase has ended")
    for one, other in clauses.before:
        if day[one] >= day[other]:
            found.append(f"{one} does not go before {other}")
    return found


def imbalance(moves, clauses, day):
    """Sum over sections and evenings of the absolute difference; sections whose limit is 0 differ by nothing."""
    total = Fraction(0)
    for section, most in clauses.imbalance.items():
        sides = {m.party for m in moves if m.section == section}
        if most == 0 or (clauses.basis == "share" and len(sides) < 2):
            continue
        for evening in range(1, max(day.values()) + 1):
            a, b = (strength_moved(moves, day, p, section, evening, clauses.basis) for p in clauses.parties)
            total += abs(a - b)
    return float(total)


def best_by_search(moves, clauses):
    """(fewest days, least imbalance among those) over all schedules, or None; for up to five positions or so."""
    names = [m.id for m in moves]
    for days in range(1, len(moves) + 1):
        if clauses.days is not None and days > clauses.days:
            return None
        good = []
        for choice in itertools.product(range(1, days + 1), repeat=len(names)):
            day = dict(zip(names, choice, strict=True))
            if max(choice) == days and not broken(moves, clauses, day):
                good.append(imbalance(moves, clauses, day))
        if good:
            return days, min(good)
    return None
