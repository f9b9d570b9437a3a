"""What `relevance.py` and `experiments.py` are made of; benchmarks/README.md says how to use them."""
