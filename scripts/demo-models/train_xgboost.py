"""Trains v1.1 with the real XGBoost. Called by train.js: train_xgboost.py REQUEST.json

REQUEST names files of little-endian float64, row by row: the inputs (NaN is missing), the labels, and for each set of
rows to predict its inputs. The model goes to `model`, a JSON object of versions and predictions to standard output.
"""

import json
import sys

import numpy as np
import xgboost

with open(sys.argv[1], encoding="utf-8") as file:
    request = json.load(file)
names = request["columns"]


def inputs(path):
    return xgboost.DMatrix(np.fromfile(path, "<f8").reshape(-1, len(names)), feature_names=names)


training = inputs(request["inputs"])
training.set_label(np.fromfile(request["labels"], "<f8"))
booster = xgboost.train(request["parameters"], training, request["rounds"])
booster.save_model(request["model"])
predictions = {
    name: booster.predict(inputs(path)).astype(float).tolist()
    for name, path in request["predict"].items()
}
print(json.dumps({"version": xgboost.__version__, "predictions": predictions}))
