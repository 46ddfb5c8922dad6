/** The shape of `T`'s translation: every text, whatever it says. Chinese has one plural, the `_other`. */
export type Words<T> = {
  [K in keyof T as K extends `${string}_one` ? never : K]: T[K] extends string ? string : Words<T[K]>;
};
