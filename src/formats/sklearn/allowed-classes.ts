/** Module, and names in it. The pairs are spelt out: a module is never allowed as a whole. */
const names: readonly (readonly [module: string, names: string])[] = [
  ['sklearn.tree._tree', 'Tree'],
  [
    'sklearn.tree._classes',
    'DecisionTreeClassifier DecisionTreeRegressor ExtraTreeClassifier ExtraTreeRegressor',
  ],
  [
    'sklearn.ensemble._forest',
    'RandomForestClassifier RandomForestRegressor ExtraTreesClassifier ExtraTreesRegressor',
  ],
  ['sklearn.ensemble._gb', 'GradientBoostingClassifier GradientBoostingRegressor'],
  [
    'sklearn.ensemble._gb_losses',
    'BinomialDeviance ExponentialLoss HuberLossFunction LeastAbsoluteError LeastSquaresError MultinomialDeviance QuantileLossFunction',
  ],
  [
    'sklearn.ensemble._hist_gradient_boosting.gradient_boosting',
    'HistGradientBoostingClassifier HistGradientBoostingRegressor',
  ],
  ['sklearn.ensemble._hist_gradient_boosting.predictor', 'TreePredictor'],
  ['sklearn.ensemble._hist_gradient_boosting.binning', '_BinMapper'],
  ['sklearn.linear_model._base', 'LinearRegression'],
  ['sklearn.linear_model._ridge', 'Ridge RidgeCV'],
  ['sklearn.linear_model._coordinate_descent', 'Lasso ElasticNet'],
  ['sklearn.linear_model._glm.glm', 'PoissonRegressor'],
  ['sklearn.linear_model._logistic', 'LogisticRegression LogisticRegressionCV'],
  ['sklearn.linear_model._stochastic_gradient', 'SGDClassifier'],
  ['sklearn.linear_model._sgd_fast', 'Log Hinge'],
  [
    'sklearn.calibration',
    'CalibratedClassifierCV _CalibratedClassifier _SigmoidCalibration _TemperatureScaling',
  ],
  ['sklearn.isotonic', 'IsotonicRegression'],
  ['sklearn.frozen._frozen', 'FrozenEstimator'],
  ['sklearn.dummy', 'DummyClassifier DummyRegressor'],
  ['sklearn.pipeline', 'Pipeline'],
  [
    'sklearn.compose._column_transformer',
    'ColumnTransformer make_column_selector _RemainderColsList',
  ],
  ['sklearn.impute._base', 'SimpleImputer MissingIndicator'],
  ['sklearn.preprocessing._data', 'StandardScaler MinMaxScaler MaxAbsScaler RobustScaler'],
  ['sklearn.preprocessing._encoders', 'OneHotEncoder OrdinalEncoder'],
  ['sklearn.preprocessing._function_transformer', 'FunctionTransformer'],
  ['sklearn.preprocessing._label', 'LabelEncoder'],
  ['sklearn.model_selection._search', 'GridSearchCV'],
  ['sklearn.model_selection._split', 'KFold StratifiedKFold'],
  ['sklearn.metrics._scorer', '_PassthroughScorer _passthrough_scorer'],
  ['sklearn.utils._metadata_requests', 'MetadataRequest MethodMetadataRequest'],
  ['sklearn.utils._bunch', 'Bunch'],
  ['sklearn.utils.validation', 'check_array'],
  ['functools', 'partial'],
  ['numpy.ma', 'MaskedArray'],
  ['xgboost.core', 'Booster'],
  ['xgboost.sklearn', 'XGBClassifier XGBRegressor'],
  ['lightgbm.basic', 'Booster'],
  ['lightgbm.sklearn', 'LGBMClassifier LGBMRegressor'],
  ['sklearn._loss.link', 'HalfLogitLink IdentityLink Interval LogLink LogitLink MultinomialLogit'],
];

const losses =
  'AbsoluteError ExponentialLoss HalfBinomialLoss HalfGammaLoss HalfMultinomialLoss HalfPoissonLoss HalfSquaredError HalfTweedieLoss HalfTweedieLossIdentity HuberLoss PinballLoss';

/** From 1.5 to 1.8 the compiled losses name a module of the top level. */
const compiledLossModules = ['sklearn._loss._loss', '_loss'];

/** The classes and functions that a file may name, as `module name`. Nothing of them is ever called. */
export const allowedClasses: ReadonlySet<string> = new Set([
  ...names.flatMap(([module, list]) => list.split(' ').map((name) => `${module} ${name}`)),
  ...losses.split(' ').map((name) => `sklearn._loss.loss ${name}`),
  ...compiledLossModules.flatMap((module) =>
    losses
      .split(' ')
      .flatMap((name) => [`${module} Cy${name}`, `${module} __pyx_unpickle_Cy${name}`]),
  ),
]);
