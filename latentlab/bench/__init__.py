"""Benchmarks: every figure beside a baseline measured in the same run. Never part of the tests."""
