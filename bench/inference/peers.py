"""Trains the models of `npm run bench inference` and times their libraries, one pass at a time, on request.

    python peers.py FOLDER SETTING...

Writes SETTING.model, SETTING.rows and SETTING.scores (little-endian numbers) into FOLDER unless they are there, then
answers lines on stdin: the name of a setting -> the seconds one pass over its rows took. One thread throughout.
Needs numpy and, for its settings, XGBoost, LightGBM, scikit-learn.
"""

import base64
import json
import os
import pickle
import sys
import time

import numpy as np

TEST_ROWS = 10_000


def numeric(rows, missing, seed=1):
    """20 numeric columns, of which five matter."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(rows, 20)).astype(np.float32)
    return finish(X, signal(X), missing, rng)


def customers(rows, missing, seed=2):
    """45 columns as one-hot encoded customers have them: 5 numbers, 40 flags."""
    rng = np.random.default_rng(seed)
    X = np.empty((rows, 45), np.float32)
    X[:, :5] = np.round(rng.gamma(2.0, 30.0, size=(rows, 5)), 2)
    X[:, 5:] = rng.random((rows, 40)) < 0.3
    z = (X[:, 0] - X[:, 1]) / 40 + X[:, 5] - X[:, 6] * X[:, 7] + 0.5 * X[:, 8] - X[:, 9] * (X[:, 2] > 50)
    return finish(X, z, missing, rng)


def with_categories(rows, missing, seed=3):
    """16 numeric columns and 4 of categories, 10 to 200 of them."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(rows, 20)).astype(np.float32)
    z = signal(X)
    for column, count in [(16, 10), (17, 30), (18, 60), (19, 200)]:
        codes = rng.integers(0, count, rows)
        z = z + 0.7 * np.random.default_rng(column).normal(size=count)[codes]
        X[:, column] = codes
    return finish(X, z, missing, rng)


def signal(X):
    return X[:, 0] + 0.5 * X[:, 1] * X[:, 2] - np.abs(X[:, 3]) + 0.3 * np.sin(3 * X[:, 4])


def finish(X, z, missing, rng):
    y = (z + rng.logistic(0, 1, len(X)) > 0).astype(int)
    X[rng.random(X.shape) < missing] = np.nan
    return X, y


class Xgboost:
    def __init__(self, data, train_rows, rounds, **parameters):
        self.data, self.train_rows, self.rounds = data, train_rows, rounds
        self.parameters = {"objective": "binary:logistic", "tree_method": "hist", "nthread": 1, "seed": 7, **parameters}

    def train(self, X, y, path):
        import xgboost

        booster = xgboost.train(self.parameters, xgboost.DMatrix(X, y), self.rounds)
        booster.save_model(path + ".ubj")
        os.replace(path + ".ubj", path)

    def load(self, path, X):
        import xgboost

        booster = xgboost.Booster()
        with open(path, "rb") as file:
            booster.load_model(bytearray(file.read()))
        booster.set_param({"nthread": 1})
        self.version = "XGBoost " + xgboost.__version__
        return X, lambda rows: booster.inplace_predict(rows, predict_type="margin")


class Lightgbm:
    def __init__(self, data, train_rows, rounds, categories=()):
        self.data, self.train_rows, self.rounds, self.categories = data, train_rows, rounds, list(categories)

    def train(self, X, y, path):
        import lightgbm

        parameters = {"objective": "binary", "num_leaves": 63, "num_threads": 1, "verbose": -1, "seed": 7}
        data = lightgbm.Dataset(X.astype(np.float64), y, categorical_feature=self.categories or "auto")
        booster = lightgbm.train(parameters, data, self.rounds)
        with open(path, "w") as file:
            json.dump({"text": booster.model_to_string(), **dump_lightgbm(booster, X.shape[1])}, file)

    def load(self, path, X):
        import lightgbm

        with open(path) as file:
            booster = lightgbm.Booster(model_str=json.load(file)["text"])
        self.version = "LightGBM " + lightgbm.__version__
        return X.astype(np.float64), lambda rows: booster.predict(rows, raw_score=True, num_threads=1)


def dump_lightgbm(booster, columns):
    trees = []
    for block in booster.model_to_string().split("Tree=")[1:]:
        lines = block.split("end of trees")[0].strip().split("\n")[1:]
        fields = dict(line.split("=", 1) for line in lines if "=" in line)
        numbers = lambda key, kind=int: [kind(text) for text in fields.get(key, "").split()]
        leaves = int(fields["num_leaves"])
        inner = leaves - 1
        child = lambda index: index if index >= 0 else inner + ~index
        kinds, threshold = numbers("decision_type"), numbers("threshold", float)
        categories = [None] * (inner + leaves)
        missing_left = []
        for node, kind in enumerate(kinds):
            if kind & 1:
                bounds, words = numbers("cat_boundaries"), numbers("cat_threshold")
                at = int(threshold[node])
                taken = words[bounds[at] : bounds[at + 1]]
                categories[node] = [32 * i + bit for i, word in enumerate(taken) for bit in range(32) if word >> bit & 1]
                threshold[node] = 0.0
                missing_left.append(0)
            elif kind >> 2 & 3 == 2:
                missing_left.append(kind >> 1 & 1)
            else:  # missing is read as 0
                assert kind >> 2 & 3 == 0
                missing_left.append(int(0 <= threshold[node]))
        trees.append(
            {
                "left": [child(index) for index in numbers("left_child")] + [-1] * leaves,
                "right": [child(index) for index in numbers("right_child")] + [-1] * leaves,
                "column": numbers("split_feature") + [0] * leaves,
                "threshold": threshold + [0.0] * leaves,
                "missingLeft": missing_left + [0] * leaves,
                "value": [0.0] * inner + numbers("leaf_value", float),
                "categories": categories,
            }
        )
    return {"columns": columns, "inputs": "float64", "divisor": 1, "trees": [packed(tree) for tree in trees]}


class Forest:
    def __init__(self, data, train_rows, depth):
        self.data, self.train_rows, self.depth = data, train_rows, depth

    def train(self, X, y, path):
        from sklearn.ensemble import RandomForestClassifier

        forest = RandomForestClassifier(100, max_depth=self.depth, n_jobs=1, random_state=7).fit(X, y)
        with open(path + ".pkl", "wb") as file:
            pickle.dump(forest, file)
        trees = []
        for estimator in forest.estimators_:
            tree = estimator.tree_
            counts = tree.value[:, 0, :]
            trees.append(
                packed(
                    {
                        "left": tree.children_left,
                        "right": tree.children_right,
                        "column": np.maximum(tree.feature, 0),
                        "threshold": tree.threshold,
                        "missingLeft": tree.missing_go_to_left,
                        "value": counts[:, 1] / counts.sum(axis=1),
                        "categories": None,
                    }
                )
            )
        with open(path, "w") as file:
            json.dump({"columns": X.shape[1], "inputs": "float32", "divisor": 100, "trees": trees}, file)

    def load(self, path, X):
        import sklearn

        with open(path + ".pkl", "rb") as file:
            forest = pickle.load(file)
        self.version = "scikit-learn " + sklearn.__version__
        return X, lambda rows: forest.predict_proba(rows)[:, 1]


def packed(tree):
    """Arrays as base64, of int32 or of float64."""
    kinds = {"threshold": np.float64, "value": np.float64}
    return {
        key: numbers
        if key == "categories"
        else base64.b64encode(np.asarray(numbers, kinds.get(key, np.int32)).tobytes()).decode()
        for key, numbers in tree.items()
    }


forest = {"num_parallel_tree": 100, "subsample": 0.8, "colsample_bynode": 0.3, "eta": 1}
settings = {
    "xgboost-100x6": (Xgboost(numeric, 40_000, 100, max_depth=6, eta=0.1), 0.05),
    "xgboost-100x6-customers": (Xgboost(customers, 7_000, 100, max_depth=6, eta=0.1), 0.08),
    "xgboost-500x8": (Xgboost(numeric, 80_000, 500, max_depth=8, eta=0.1), 0.05),
    "xgboost-forest-100x12": (Xgboost(numeric, 20_000, 1, max_depth=12, **forest), 0.0),
    "lightgbm-200x63": (Lightgbm(numeric, 80_000, 200), 0.05),
    "lightgbm-200x63-categories": (Lightgbm(with_categories, 40_000, 200, [16, 17, 18, 19]), 0.03),
    "sklearn-forest-100x12": (Forest(numeric, 20_000, 12), 0.0),
    "sklearn-forest-100x25": (Forest(numeric, 20_000, 25), 0.0),
}


def prepare(folder, name):
    peer, missing = settings[name]
    X, y = peer.data(peer.train_rows + TEST_ROWS, missing)
    path = os.path.join(folder, name + ".model")
    if not os.path.exists(path):
        peer.train(X[: peer.train_rows], y[: peer.train_rows], path)
    rows, predict = peer.load(path, np.ascontiguousarray(X[peer.train_rows :]))
    rows.tofile(os.path.join(folder, name + ".rows"))
    np.asarray(predict(rows), np.float64).tofile(os.path.join(folder, name + ".scores"))
    return peer.version, rows, predict


def main():
    folder, *names = sys.argv[1:]
    prepared = {}
    for name in names:
        version, rows, predict = prepared[name] = prepare(folder, name)
        print(json.dumps({"name": name, "library": version, "rows": len(rows)}), flush=True)
    for line in sys.stdin:
        _, rows, predict = prepared[line.strip()]
        start = time.perf_counter()
        predict(rows)
        print(json.dumps(time.perf_counter() - start), flush=True)


main()
