/** How many standard errors a 95 % interval of the normal distribution reaches to either side. */
export const errorsOf95 = 1.959963984540054;
