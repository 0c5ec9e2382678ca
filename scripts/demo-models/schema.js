// The row that all three demo versions answer, and how each model's columns are made from it.

const yesNo = ['Yes', 'No'];
const yesNoNoInternet = ['Yes', 'No', 'No internet service'];
// what a retention offer may add
const changeableAddOns = ['online_security', 'online_backup', 'device_protection', 'tech_support'];
const addOn = (name, sourceColumn, label) => ({
  name,
  sourceColumn,
  type: 'category',
  label,
  categories: yesNoNoInternet,
  missing: 'whether the customer has this service is not known',
  ...(changeableAddOns.includes(name) && { changeable: { to: yesNo } }),
});

/** The features in schema order; `sourceColumn` is the column of the IBM table, and stays out of the cards. */
export const features = [
  {
    name: 'age',
    type: 'number',
    label: 'Age',
    unit: 'years',
    min: 18,
    max: 120,
    required: true,
    missing: 'the age is not known; senior_citizen is used in its place when given',
  },
  {
    name: 'monthly_charges',
    sourceColumn: 'MonthlyCharges',
    type: 'number',
    label: 'Monthly charges',
    unit: 'USD per month',
    min: 0,
    max: 10_000,
    required: true,
    missing: 'the monthly bill is not known',
    // the table goes from 18.25 to 118.75
    changeable: { direction: 'decrease', min: 18, max: 120 },
  },
  {
    name: 'total_charges',
    sourceColumn: 'TotalCharges',
    type: 'number',
    label: 'Total charges to date',
    unit: 'USD',
    min: 0,
    required: true,
    missing: 'nothing has been billed yet, or the sum is not known',
  },
  {
    name: 'tenure',
    sourceColumn: 'tenure',
    type: 'integer',
    label: 'Time as a customer',
    unit: 'months',
    min: 0,
    max: 1_200,
    missing: 'the start of the contract is not known',
    changeable: { direction: 'increase', max: 72 },
  },
  {
    name: 'gender',
    sourceColumn: 'gender',
    type: 'category',
    label: 'Gender',
    categories: ['Female', 'Male'],
    missing: 'not known or not asked',
  },
  {
    name: 'senior_citizen',
    sourceColumn: 'SeniorCitizen',
    type: 'integer',
    label: 'Senior citizen, 65 or older (1 yes, 0 no)',
    min: 0,
    max: 1,
    missing: 'not known; read only when age is missing',
  },
  {
    name: 'partner',
    sourceColumn: 'Partner',
    type: 'category',
    label: 'Lives with a partner',
    categories: yesNo,
    missing: 'not known or not asked',
  },
  {
    name: 'dependents',
    sourceColumn: 'Dependents',
    type: 'category',
    label: 'Has dependents',
    categories: yesNo,
    missing: 'not known or not asked',
  },
  {
    name: 'phone_service',
    sourceColumn: 'PhoneService',
    type: 'category',
    label: 'Phone service',
    categories: yesNo,
    missing: 'whether the customer has this service is not known',
  },
  {
    name: 'multiple_lines',
    sourceColumn: 'MultipleLines',
    type: 'category',
    label: 'Several phone lines',
    categories: ['Yes', 'No', 'No phone service'],
    missing: 'whether the customer has this service is not known',
  },
  {
    name: 'internet_service',
    sourceColumn: 'InternetService',
    type: 'category',
    label: 'Internet service',
    categories: ['DSL', 'Fiber optic', 'No'],
    missing: 'the kind of internet line is not known',
  },
  addOn('online_security', 'OnlineSecurity', 'Online security'),
  addOn('online_backup', 'OnlineBackup', 'Online backup'),
  addOn('device_protection', 'DeviceProtection', 'Device protection'),
  addOn('tech_support', 'TechSupport', 'Technical support'),
  addOn('streaming_tv', 'StreamingTV', 'Streaming television'),
  addOn('streaming_movies', 'StreamingMovies', 'Streaming movies'),
  {
    name: 'contract',
    sourceColumn: 'Contract',
    type: 'category',
    label: 'Contract',
    categories: ['Month-to-month', 'One year', 'Two year'],
    missing: 'the kind of contract is not known',
    changeable: true,
  },
  {
    name: 'paperless_billing',
    sourceColumn: 'PaperlessBilling',
    type: 'category',
    label: 'Paperless billing',
    categories: yesNo,
    missing: 'how bills are sent is not known',
    changeable: true,
  },
  {
    name: 'payment_method',
    sourceColumn: 'PaymentMethod',
    type: 'category',
    label: 'Payment method',
    categories: [
      'Electronic check',
      'Mailed check',
      'Bank transfer (automatic)',
      'Credit card (automatic)',
    ],
    missing: 'how the customer pays is not known',
    changeable: true,
  },
].map((feature) => ({ ...feature, required: feature.required ?? false }));

const column = (name, ...from) => ({ name, from, missing: null, center: 0, scale: 1 });
const value = (feature) => column(feature, { feature });
const is = (feature, category, name = feature) => column(name, { feature, equals: category });

const senior = column('senior', { feature: 'age', at_least: 65 }, { feature: 'senior_citizen' });

// "No phone service" and "No internet service" repeat phone_service and internet_service: no column of their own.
const household = [is('gender', 'Female', 'female'), is('partner', 'Yes'), is('dependents', 'Yes')];
const services = [
  is('phone_service', 'Yes'),
  is('multiple_lines', 'Yes'),
  is('internet_service', 'DSL', 'internet_dsl'),
  is('internet_service', 'Fiber optic', 'internet_fiber'),
  is('online_security', 'Yes'),
  is('online_backup', 'Yes'),
  is('device_protection', 'Yes'),
  is('tech_support', 'Yes'),
  is('streaming_tv', 'Yes'),
  is('streaming_movies', 'Yes'),
];
const billing = [
  is('contract', 'Month-to-month', 'contract_month_to_month'),
  is('contract', 'One year', 'contract_one_year'),
  is('contract', 'Two year', 'contract_two_year'),
  is('paperless_billing', 'Yes'),
  is('payment_method', 'Electronic check', 'pays_electronic_check'),
  is('payment_method', 'Mailed check', 'pays_mailed_check'),
  is('payment_method', 'Bank transfer (automatic)', 'pays_bank_transfer'),
  is('payment_method', 'Credit card (automatic)', 'pays_credit_card'),
];

/** v1.0 and v1.1: a missing value stays missing, and each split has learned a side for it. */
export const treeColumns = [
  senior,
  value('monthly_charges'),
  value('total_charges'),
  value('tenure'),
  ...household,
  ...services,
  ...billing,
];

// "A customer since so many months; or, when that is not known, one who has paid so much in all": sums that about as
// many customers reach as reach the months, so that a row of three fields finds the same steps.
const tenureSteps = [
  [2, 100],
  [6, 400],
  [12, 800],
  [24, 1_600],
  [48, 3_500],
].map(([months, paid]) =>
  column(
    `customer_for_${months}_months`,
    { feature: 'tenure', at_least: months },
    { feature: 'total_charges', at_least: paid },
  ),
);

const referenceCategories = ['contract_month_to_month', 'pays_bank_transfer'];

/** v2.0, before they are standardised. */
export const linearColumns = [
  senior,
  value('monthly_charges'),
  value('total_charges'),
  ...tenureSteps,
  ...household,
  ...services,
  ...billing.filter(({ name }) => !referenceCategories.includes(name)),
];
