export type * from './error';
export type * from './precheck';
export type * from './report';
export type * from './spec';
export type * from './workbench';
