import { createContext, use } from 'react';

/** The colours of one theme. */
export interface Palette {
  background: string;
  surface: string;
  raised: string;
  border: string;
  track: string;
  text: string;
  quiet: string;
  brand: string;
  brandTint: string;
  onBrand: string;
  good: string;
  goodTint: string;
  attention: string;
  attentionTint: string;
  bad: string;
  badTint: string;
  info: string;
  infoTint: string;
}

export const light: Palette = {
  background: '#F5F7F9', surface: '#FFFFFF', raised: '#FAFBFC', border: '#E1E7ED', track: '#E6EBF0', text: '#17212B', quiet: '#566370',
  brand: '#0B7570', brandTint: '#E2F3F1', onBrand: '#FFFFFF', good: '#187A38', goodTint: '#E5F5EA', attention: '#8A5A00', attentionTint: '#FFF4D9',
  bad: '#C4222D', badTint: '#FDEBEC', info: '#1760B0', infoTint: '#E8F1FC',
};

export const dark: Palette = {
  background: '#0D1317', surface: '#141B21', raised: '#182027', border: '#28323B', track: '#26313A', text: '#E4EBF1', quiet: '#98A6B3',
  brand: '#35BDB2', brandTint: '#12302E', onBrand: '#04201E', good: '#4CC46E', goodTint: '#12291A', attention: '#E2B04A', attentionTint: '#2C2410',
  bad: '#FF7A80', badTint: '#331519', info: '#6DB0FF', infoTint: '#13253B',
};

export const PaletteContext = createContext<Palette>(light);

/** For what cannot be coloured by a style sheet. */
export function usePalette(): Palette {
  return use(PaletteContext);
}
