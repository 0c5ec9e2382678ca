"""What `npm run bench training -- --only scale` compares with: a CSV to a model file by pandas and XGBoost.

    python scale-peer.py ROWS.csv MODEL.json THREADS
"""

import sys

import pandas
import xgboost

path, model, threads = sys.argv[1:]
table = pandas.read_csv(path)
labels = table.pop("label")
rows = xgboost.DMatrix(table, labels, nthread=int(threads))
parameters = {"objective": "binary:logistic", "max_depth": 6, "eta": 0.1, "tree_method": "hist", "nthread": int(threads)}
xgboost.train(parameters, rows, 100).save_model(model)
