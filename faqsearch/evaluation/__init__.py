"""Evaluation: queries, TREC and BEIR files, measures and significance, over the results users themselves get.

Measuring needs the extra ``faqsearch[eval]``; reading, running and writing do not.
"""

from faqsearch.evaluation.beir import BeirFolder, read_beir, write_beir
from faqsearch.evaluation.compare import Comparison, Difference, evaluate_runs
from faqsearch.evaluation.measures import mean_values, measure_run, scored_queries
from faqsearch.evaluation.queries import Query, read_labels, read_queries
from faqsearch.evaluation.runs import Ranking, Run, Search, check_run, run_queries
from faqsearch.evaluation.significance import bootstrap_interval, holm, randomisation_test
from faqsearch.evaluation.trec import Qrels, read_qrels, read_run, write_run

__all__ = [
    "BeirFolder",
    "Comparison",
    "Difference",
    "Qrels",
    "Query",
    "Ranking",
    "Run",
    "Search",
    "bootstrap_interval",
    "check_run",
    "evaluate_runs",
    "holm",
    "mean_values",
    "measure_run",
    "randomisation_test",
    "read_beir",
    "read_labels",
    "read_qrels",
    "read_queries",
    "read_run",
    "run_queries",
    "scored_queries",
    "write_beir",
    "write_run",
]
