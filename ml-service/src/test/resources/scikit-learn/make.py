# /// script
# requires-python = ">=3.11"
# dependencies = ["scikit-learn==1.9.1", "skl2onnx==1.20.0", "onnx==1.23.2", "numpy==2.4.6"]
# ///
"""Makes the other files of this folder, from what scikit-learn itself says.

    python -m venv venv
    venv/bin/pip install scikit-learn==1.9.1 skl2onnx==1.20.0 onnx==1.23.2 numpy==2.4.6
    venv/bin/python make.py

model/  an isolation forest as a team would export it: trained by scikit-learn, converted by skl2onnx as it comes, with scikit-learn's
        scores and labels as its golden answers. 20 trees, to keep the file small.
forest.json  a very small forest, node by node, with scikit-learn's scores, and its c(n): what the trainer's arithmetic is compared with.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.ensemble import IsolationForest
from sklearn.ensemble._iforest import _average_path_length

HERE = Path(__file__).resolve().parent
DATA = HERE.parents[2] / "main" / "data" / "shuttle.csv.gz"
# A float graph may take a row whose decision is nearly 0 for either side.
CLEAR_OF_ZERO = 1e-5


def write(path, value):
    path.write_text(json.dumps(value, indent=1) + "\n")


def rows():
    table = np.loadtxt(DATA, delimiter=",", skiprows=1)
    return table[:, [0, 8]].astype(np.float32)


def exported(x):
    forest = IsolationForest(n_estimators=20, max_samples=256, contamination=0.1, random_state=42).fit(x)
    # A graph name of its own, because the default one is random.
    onnx = to_onnx(
        forest,
        name="isolation-forest",
        initial_types=[("X", FloatTensorType([None, 2]))],
        target_opset={"": 17, "ai.onnx.ml": 3},
    ).SerializeToString()

    random = np.random.RandomState(7)
    asked = np.unique(
        np.concatenate(
            [
                x[random.choice(len(x), 200, replace=False)],
                random.uniform([0, -400], [150, 300], size=(200, 2)).astype(np.float32),
            ]
        ),
        axis=0,
    )
    decision = forest.decision_function(asked)
    clear = np.abs(decision) > CLEAR_OF_ZERO
    asked, decision = asked[clear], decision[clear]
    labels = forest.predict(asked)

    folder = HERE / "model"
    folder.mkdir(exist_ok=True)
    (folder / "model.onnx").write_bytes(onnx)
    write(
        folder / "card.json",
        {
            "name": "shuttle-scikit-learn",
            "version": hashlib.sha256(onnx).hexdigest()[:16],
            "features": [
                {"name": name, "min": float(x[:, i].min()), "max": float(x[:, i].max())}
                for i, name in enumerate(["f1", "f9"])
            ],
        },
    )
    write(
        folder / "golden.json",
        {"inputs": asked.tolist(), "scores": decision.tolist(), "labels": labels.tolist()},
    )


def small(x):
    forest = IsolationForest(n_estimators=5, max_samples=32, contamination=0.1, random_state=1).fit(x[:500])
    asked = x[500:540]
    sizes = [0, 1, 2, 3, 4, 10, 100, 256, 257, 100000]
    write(
        HERE / "forest.json",
        {
            "subsample": 32,
            "trees": [
                {
                    "feature": tree.tree_.feature.tolist(),
                    "threshold": tree.tree_.threshold.tolist(),
                    "left": tree.tree_.children_left.tolist(),
                    "right": tree.tree_.children_right.tolist(),
                    "rows": tree.tree_.n_node_samples.tolist(),
                }
                for tree in forest.estimators_
            ],
            "inputs": asked.tolist(),
            "score_samples": forest.score_samples(asked).tolist(),
            "training_scores": forest.score_samples(x[:500]).tolist(),
            "contamination": 0.1,
            "offset": float(forest.offset_),
            "c": {str(n): float(c) for n, c in zip(sizes, _average_path_length(np.array(sizes)))},
        },
    )


if __name__ == "__main__":
    data = rows()
    exported(data)
    small(data)
