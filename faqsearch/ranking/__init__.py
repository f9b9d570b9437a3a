"""The search engine library for Japanese FAQ and knowledge bases."""
