"""Fits the linear models of `npm run bench training` with scikit-learn, one at a time, on request.

    python linear-peers.py FOLDER SETTING...

Writes SETTING.columns (column after column), SETTING.labels and SETTING.coefficients (little-endian float64) into FOLDER,
tells of each as it is ready, then answers lines on stdin: the name of a setting -> the seconds that one fit took. One
thread. The coefficients are of a tight tolerance; the times are of the defaults, except where the name says `tight`.
"""

import json
import os
import sys
import time
import warnings

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
import numpy as np  # noqa: E402
import sklearn  # noqa: E402
from sklearn.linear_model import LinearRegression, LogisticRegression  # noqa: E402

warnings.simplefilter("ignore")


def numeric(rows, seed=1):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(rows, 20))
    z = X[:, 0] + 0.5 * X[:, 1] * X[:, 2] - np.abs(X[:, 3]) + 0.3 * np.sin(3 * X[:, 4])
    return X, z, rng


def two(rows):
    X, z, rng = numeric(rows)
    return X, (z + rng.logistic(0, 1, rows) > 0).astype(float)


def three(rows):
    X, z, rng = numeric(rows)
    return X, np.digitize(z + rng.logistic(0, 1, rows), [-1.5, 0.5]).astype(float)


def target(rows):
    X, z, rng = numeric(rows)
    return X, z + rng.normal(size=rows)


settings = {
    "logistic-80000x20": (
        lambda: two(80_000),
        lambda: LogisticRegression(solver="newton-cholesky", tol=1e-10),
        lambda: LogisticRegression(),
    ),
    "logistic-80000x20-tight": (
        lambda: two(80_000),
        lambda: LogisticRegression(solver="newton-cholesky", tol=1e-10),
        lambda: LogisticRegression(solver="newton-cholesky", tol=1e-10),
    ),
    "logistic-l1-20000x20": (
        lambda: two(20_000),
        lambda: LogisticRegression(l1_ratio=1, C=0.05, solver="saga", tol=1e-12, max_iter=10_000, random_state=0),
        lambda: LogisticRegression(l1_ratio=1, C=0.05, solver="saga", random_state=0),
    ),
    "multinomial-80000x20": (
        lambda: three(80_000),
        lambda: LogisticRegression(solver="newton-cholesky", tol=1e-10),
        lambda: LogisticRegression(),
    ),
    "least-squares-80000x20": (lambda: target(80_000), LinearRegression, LinearRegression),
}


def main():
    folder, *names = sys.argv[1:]
    data = {}
    for name in names:
        make, tight, _ = settings[name]
        X, y = data[name] = make()
        path = os.path.join(folder, name)
        np.ascontiguousarray(X.T).tofile(path + ".columns")
        y.tofile(path + ".labels")
        np.atleast_2d(tight().fit(X, y).coef_).astype(np.float64).tofile(path + ".coefficients")
        told = {"library": f"scikit-learn {sklearn.__version__}", "rows": len(X), "columns": X.shape[1]}
        print(json.dumps(told), flush=True)
    for line in sys.stdin:
        name = line.strip()
        model = settings[name][2]()
        started = time.perf_counter()
        model.fit(*data[name])
        print(json.dumps(time.perf_counter() - started), flush=True)


main()
