"""Trains the models of `npm run bench inference` and times their libraries, one pass at a time, on request.

    python peers.py FOLDER SETTING...

Writes SETTING.model, as the library saves it, unless it is there, SETTING.rows and SETTING.scores (little-endian numbers)
into FOLDER, then answers lines on stdin: the name of a setting -> the seconds one pass over its rows took. One thread.
With `answer-csv` for a setting it answers the rows of a CSV once, as a process of its own. Needs numpy and, for its
settings, XGBoost, LightGBM, scikit-learn; for `csv` also pandas.
"""

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
        booster.save_model(path)

    def load(self, path, X):
        import lightgbm

        booster = lightgbm.Booster(model_file=path)
        self.version = "LightGBM " + lightgbm.__version__
        return X.astype(np.float64), lambda rows: booster.predict(rows, raw_score=True, num_threads=1)


class Forest:
    def __init__(self, data, train_rows, depth):
        self.data, self.train_rows, self.depth = data, train_rows, depth

    def train(self, X, y, path):
        from sklearn.ensemble import RandomForestClassifier

        forest = RandomForestClassifier(100, max_depth=self.depth, n_jobs=1, random_state=7).fit(X, y)
        with open(path, "wb") as file:
            pickle.dump(forest, file)

    def load(self, path, X):
        import sklearn

        with open(path, "rb") as file:
            forest = pickle.load(file)
        self.version = "scikit-learn " + sklearn.__version__
        return X, lambda rows: forest.predict_proba(rows)[:, 1]


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


class Csv:
    """A million rows of 20 numbers: read, predicted, written."""

    rows = 1_000_000

    def prepare(self, folder):
        import pandas
        import xgboost

        X, y = numeric(self.rows, 0.05, seed=4)
        path = os.path.join(folder, "csv.model")
        Xgboost(numeric, 40_000, 100, max_depth=6, eta=0.1).train(X[:40_000], y[:40_000], path)
        pandas.DataFrame(X.round(4), columns=[f"f{i}" for i in range(20)]).to_csv(os.path.join(folder, "csv.rows"), index=False)
        return f"pandas {pandas.__version__}, XGBoost {xgboost.__version__}"

    def answer(self, folder):
        """What a script of a user does; prints the seconds of its three parts."""
        import pandas
        import xgboost

        booster = xgboost.Booster()
        with open(os.path.join(folder, "csv.model"), "rb") as file:
            booster.load_model(bytearray(file.read()))
        start = time.perf_counter()
        frame = pandas.read_csv(os.path.join(folder, "csv.rows"))
        read = time.perf_counter()
        probability = booster.inplace_predict(frame)
        predicted = time.perf_counter()
        answers = pandas.DataFrame({"probability": probability, "prediction": (probability > 0.5).astype(int)})
        answers.to_csv(os.path.join(folder, "csv.peer"), index=False)
        print(json.dumps([read - start, predicted - read, time.perf_counter() - predicted]))


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
    if names == ["answer-csv"]:
        return Csv().answer(folder)
    prepared = {}
    for name in names:
        if name == "csv":
            version = Csv().prepare(folder)
            print(json.dumps({"name": name, "library": version, "rows": Csv.rows}), flush=True)
            continue
        version, rows, predict = prepared[name] = prepare(folder, name)
        print(json.dumps({"name": name, "library": version, "rows": len(rows)}), flush=True)
    for line in sys.stdin:
        _, rows, predict = prepared[line.strip()]
        start = time.perf_counter()
        predict(rows)
        print(json.dumps(time.perf_counter() - start), flush=True)


main()
