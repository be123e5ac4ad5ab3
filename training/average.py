"""Averages the weights of networks that went on from the same weights, each in another order of the documents.

    python training/average.py WEIGHTS_FOLDER ... --out FOLDER

One network with the mean of their weights reads better than any of them, at the cost of one (Wortsman and others, *Model
soups: averaging weights of multiple fine-tuned models improves accuracy without increasing inference time*, 2022).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor

import provenance


def averaged(networks: Sequence[Mapping[str, Tensor]]) -> dict[str, Tensor]:
    """The mean of each of the weights; all networks have the same."""
    return {name: torch.stack([each[name] for each in networks]).mean(0) for name in networks[0]}


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", nargs="+", type=Path, help="folders made by fit_reader.py")
    parser.add_argument("--out", type=Path, required=True, help="folder for the weights")
    given = parser.parse_args(arguments)
    given.out.mkdir(parents=True, exist_ok=True)
    torch.save(averaged([torch.load(folder / "weights.pt") for folder in given.weights]), given.out / "weights.pt")
    provenance.write(given.out, {"mean of": [folder.name for folder in given.weights]}, {}, given.weights)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
