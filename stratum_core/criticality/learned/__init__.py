"""Learned criticality: a small graph net that ranks single outages without running them, and knows when it must not.

Trained on cascades over generated cities; exported to ONNX and run by onnxruntime. It says nothing of pairs, of repair, or of
an outage of another length than the one it was trained for.
"""
