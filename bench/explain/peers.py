"""Trains the models of `npm run bench explain` and times what XGBoost and shap attribute, on request.

    python peers.py FOLDER SETTING...

Writes SETTING.model, as XGBoost saves it, unless it is there, and, as little-endian numbers, `rows` (float32) and what
XGBoost attributes: SETTING.contribs and SETTING.interactions (float32, of the first rows). Then answers lines on stdin,
`SETTING WORK ROWS PASSES`, with the median seconds of a pass; WORK is `contribs`, `interactions` or `shap`.
One thread, and a DMatrix that is ready. Needs numpy and XGBoost; shap is `null` where it is not to be had.
"""

import json
import os
import sys
import time

os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np
import xgboost

TRAIN_ROWS = 20_000
ROWS = 2_000
CONTRIBS = 192
INTERACTIONS = 32

forest = {"subsample": 0.8, "colsample_bynode": 0.3, "eta": 1, "min_child_weight": 1}
settings = {
    "gb6": ({"max_depth": 6, "eta": 0.1}, 100),
    "gb10": ({"max_depth": 10, "eta": 0.1}, 100),
    "rf12": ({"max_depth": 12, "num_parallel_tree": 100, **forest}, 1),
    "rf20": ({"max_depth": 20, "num_parallel_tree": 30, **forest}, 1),
    **{
        f"depth-{depth}": ({"max_depth": depth, "num_parallel_tree": 30, **forest}, 1)
        for depth in [4, 6, 8, 10, 12, 16, 20]
    },
}


def table():
    """20 numeric columns, of which five matter."""
    rng = np.random.default_rng(1)
    X = rng.normal(size=(TRAIN_ROWS, 20)).astype(np.float32)
    z = X[:, 0] + 0.5 * X[:, 1] * X[:, 2] - np.abs(X[:, 3]) + 0.3 * np.sin(3 * X[:, 4])
    return X, (z + rng.logistic(0, 1, TRAIN_ROWS) > 0).astype(int)


def load(folder, name, X, y):
    parameters, rounds = settings[name]
    path = os.path.join(folder, name + ".model")
    if not os.path.exists(path):
        common = {"objective": "binary:logistic", "tree_method": "hist", "nthread": 1, "seed": 7}
        trained = xgboost.train({**common, **parameters}, xgboost.DMatrix(X, y, nthread=1), rounds)
        trained.save_model(path + ".ubj")
        os.replace(path + ".ubj", path)
    booster = xgboost.Booster()
    with open(path, "rb") as file:
        booster.load_model(bytearray(file.read()))
    booster.set_param({"nthread": 1})
    return booster


def shap_explainer(booster):
    try:
        import shap
    except ImportError:
        return None
    explainer = shap.TreeExplainer(booster, feature_perturbation="tree_path_dependent")
    # for a model of XGBoost it asks XGBoost, unless told that the trees are its own
    explainer.model.model_type = "internal"
    return explainer


def main():
    folder, *names = sys.argv[1:]
    X, y = table()
    rows = np.ascontiguousarray(X[:ROWS])
    rows.tofile(os.path.join(folder, "rows"))
    boosters, explainers, matrices = {}, {}, {}

    def matrix(count):
        if count not in matrices:
            matrices[count] = xgboost.DMatrix(rows[:count], nthread=1)
        return matrices[count]

    def attribute(name, work, count):
        if work == "shap":
            explainers.setdefault(name, shap_explainer(boosters[name]))
            if explainers[name] is None:
                return None
            return lambda: explainers[name].shap_values(rows[:count], check_additivity=False)
        return lambda: boosters[name].predict(matrix(count), **{"pred_" + work: True})

    for name in names:
        boosters[name] = load(folder, name, X, y)
        for work, count in [("contribs", CONTRIBS), ("interactions", INTERACTIONS)]:
            path = os.path.join(folder, f"{name}.{work}")
            if not os.path.exists(path):
                attribute(name, work, count)().astype(np.float32).tofile(path)
        library = "XGBoost " + xgboost.__version__
        print(json.dumps({"name": name, "library": library}), flush=True)
    for line in sys.stdin:
        name, work, count, passes = line.split()
        once = attribute(name, work, int(count))
        times = []
        for _ in range(int(passes) if once else 0):
            start = time.perf_counter()
            once()
            times.append(time.perf_counter() - start)
        times.sort()
        print(json.dumps(times[len(times) // 2] if times else None), flush=True)


main()
