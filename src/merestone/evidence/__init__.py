"""Evidence: sealed bytes, the custody log, and the documents read from them."""

from merestone.evidence.add import AddReport, add_paths, recover
from merestone.evidence.documents import documents, documents_of_file, mapping_of_form
from merestone.evidence.verify import verify

__all__ = ["AddReport", "add_paths", "documents", "documents_of_file", "mapping_of_form", "recover", "verify"]
