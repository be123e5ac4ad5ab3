"""Dossier: what leaves a case, as reports and exports."""
