/** The templates page. */
export const templates = {
  templates: {
    title: 'Templates',
  },
};
