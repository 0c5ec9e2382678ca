"""XGBoost's own answers. Called by golden.js with a JSON object on standard input: the path of a `model` and `inputs`,
rows of numbers with null for missing. Writes `margins` and `probabilities` as JSON to standard output.
"""

import json
import sys

import numpy as np
import xgboost

request = json.load(sys.stdin)
booster = xgboost.Booster(model_file=request["model"])
rows = np.array(request["inputs"], dtype=float)  # None becomes NaN
data = xgboost.DMatrix(rows, feature_names=booster.feature_names)
answers = {
    "margins": booster.predict(data, output_margin=True).astype(float).tolist(),
    "probabilities": booster.predict(data).astype(float).tolist(),
}
print(json.dumps(answers))
