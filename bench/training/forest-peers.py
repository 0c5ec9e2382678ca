"""Trains the forests that `npm run bench training --only forest` compares with, on request.

    python forest-peers.py FOLDER forest

Writes, as little-endian float32, `train.rows` (80,000 of 20 numbers), `train.labels`, and 20,000 rows of `test`. Then answers
lines on stdin, `forest TREES SEED`: seconds and processor seconds of a fit, its AUC on the test rows, and nodes a tree. One
thread. Needs numpy and scikit-learn.
"""

import json
import os
import sys
import time

os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np
import sklearn
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score

ROWS = 80_000


def main():
    folder, name = sys.argv[1:]
    rng = np.random.default_rng(1)
    X = rng.normal(size=(100_000, 20)).astype(np.float32)
    z = X[:, 0] + 0.5 * X[:, 1] * X[:, 2] - np.abs(X[:, 3]) + 0.3 * np.sin(3 * X[:, 4])
    y = (z + rng.logistic(0, 1, len(X)) > 0).astype(np.float32)
    for part, rows in [("train", slice(0, ROWS)), ("test", slice(ROWS, None))]:
        X[rows].tofile(os.path.join(folder, part + ".rows"))
        y[rows].tofile(os.path.join(folder, part + ".labels"))
    print(json.dumps({"name": name, "library": "scikit-learn " + sklearn.__version__}), flush=True)
    for line in sys.stdin:
        _, trees, seed = line.split()
        forest = RandomForestClassifier(int(trees), min_samples_leaf=5, n_jobs=1, random_state=int(seed))
        start, cpu = time.perf_counter(), time.process_time()
        forest.fit(X[:ROWS], y[:ROWS])
        took, cpu = time.perf_counter() - start, time.process_time() - cpu
        auc = roc_auc_score(y[ROWS:], forest.predict_proba(X[ROWS:])[:, 1])
        nodes = float(np.mean([tree.tree_.node_count for tree in forest.estimators_]))
        print(json.dumps({"seconds": took, "cpu": cpu, "auc": auc, "nodes": nodes}), flush=True)


main()
