"""A catalogue of datasets; every one ends as one uint8 array, labels, attributes and a hash.

Imports neither torch nor torchvision nor scikit-learn, and loading does not either.
"""

from latentlab.data.dataset import SPLITS, Dataset, Split
from latentlab.data.discovery import Info, catalogue, fetch, info, load
from latentlab.data.download import FetchCancelledError
from latentlab.data.entry import (
    DamagedDataError,
    Decoded,
    Entry,
    Job,
    MissingDataError,
    Options,
    Progress,
)
from latentlab.data.splits import probe

__all__ = [
    "SPLITS",
    "DamagedDataError",
    "Dataset",
    "Decoded",
    "Entry",
    "FetchCancelledError",
    "Info",
    "Job",
    "MissingDataError",
    "Options",
    "Progress",
    "Split",
    "catalogue",
    "fetch",
    "info",
    "load",
    "probe",
]
