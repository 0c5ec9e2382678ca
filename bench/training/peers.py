"""Trains what `npm run bench training` compares with, on request.

    python peers.py FOLDER boosting

Writes, as little-endian float32, `rows` (80,000 of 20 numbers) and `labels`, and `model.json`, the trees of XGBoost. Then
answers lines on stdin, `boosting warm` or `boosting fresh`, with the seconds that a training takes, its DMatrix included; a
fresh one is the first of its process. One thread. Needs numpy and XGBoost.
"""

import json
import os
import subprocess
import sys
import time

os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np
import xgboost

ROWS = 80_000
parameters = {
    "objective": "binary:logistic",
    "max_depth": 6,
    "eta": 0.1,
    "nthread": 1,
    "tree_method": "hist",
}


def table():
    """20 numeric columns, of which five matter."""
    rng = np.random.default_rng(1)
    X = rng.normal(size=(100_000, 20)).astype(np.float32)
    z = X[:, 0] + 0.5 * X[:, 1] * X[:, 2] - np.abs(X[:, 3]) + 0.3 * np.sin(3 * X[:, 4])
    y = (z + rng.logistic(0, 1, len(X)) > 0).astype(np.float32)
    return X[:ROWS], y[:ROWS]


def train(X, y):
    start = time.perf_counter()
    booster = xgboost.train(parameters, xgboost.DMatrix(X, y, nthread=1), 100)
    return time.perf_counter() - start, booster


def main():
    folder, work = sys.argv[1:3]
    X, y = table()
    if work == "fresh":
        print(train(X, y)[0])
        return
    X.tofile(os.path.join(folder, "rows"))
    y.tofile(os.path.join(folder, "labels"))
    train(X, y)[1].save_model(os.path.join(folder, "model.json"))
    print(json.dumps({"name": work, "library": "XGBoost " + xgboost.__version__}), flush=True)
    for line in sys.stdin:
        if line.split()[1] == "warm":
            seconds = train(X, y)[0]
        else:
            fresh = [sys.executable, __file__, folder, "fresh"]
            seconds = float(subprocess.run(fresh, capture_output=True, check=True).stdout)
        print(json.dumps(seconds), flush=True)


main()
