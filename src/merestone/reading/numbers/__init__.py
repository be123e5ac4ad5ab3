"""Numbers that could be a quantity of some claim."""

from merestone.reading.numbers.choice import chosen_numbers, plain_quantities
from merestone.reading.numbers.finding import find_numbers
from merestone.reading.numbers.mentions import NumberMention

__all__ = ["NumberMention", "chosen_numbers", "find_numbers", "plain_quantities"]
