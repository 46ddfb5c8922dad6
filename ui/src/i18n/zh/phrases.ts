/** What the program says; the English is made from its source. That none is missing, the index asserts. */
export const phrases = {};
