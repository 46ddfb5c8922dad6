import { theme as antd, type ThemeConfig } from 'antd';

import { dark, light, type Palette } from '../shared/palette';

export type Mode = 'light' | 'dark';

export const palettes: Record<Mode, Palette> = { light, dark };

const FONT =
  '"Inter Variable", system-ui, -apple-system, "Segoe UI", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif';

/** The component library in our colours. */
export function themeOf(mode: Mode, still: boolean): ThemeConfig {
  const p = palettes[mode];
  return {
    algorithm: mode === 'dark' ? antd.darkAlgorithm : antd.defaultAlgorithm,
    token: {
      fontFamily: FONT,
      fontSize: 13.5,
      borderRadius: 7,
      borderRadiusLG: 10,
      controlHeight: 34,
      controlHeightSM: 26,
      colorPrimary: p.brand,
      colorLink: p.brand,
      colorLinkHover: p.brand,
      colorInfo: p.info,
      colorSuccess: p.good,
      colorWarning: p.attention,
      colorError: p.bad,
      colorErrorText: p.bad,
      colorSuccessText: p.good,
      colorText: p.text,
      colorTextSecondary: p.quiet,
      colorTextTertiary: p.quiet,
      colorTextDescription: p.quiet,
      colorTextPlaceholder: p.quiet,
      colorBgLayout: p.background,
      colorBgContainer: p.surface,
      colorBgElevated: mode === 'dark' ? '#1C252D' : p.surface,
      colorBorder: mode === 'light' ? '#CBD4DC' : '#37434E',
      colorBorderSecondary: p.border,
      motion: !still,
      motionDurationFast: '0.08s',
      motionDurationMid: '0.12s',
      motionDurationSlow: '0.15s',
      wireframe: false,
    },
    components: {
      Button: { primaryColor: p.onBrand, primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none', dangerColor: mode === 'dark' ? '#2A0508' : '#FFFFFF', fontWeight: 500 },
      Segmented: { trackBg: p.track, itemSelectedBg: p.surface, itemColor: p.quiet, itemSelectedColor: p.text },
      Tabs: { itemColor: p.quiet, horizontalItemPadding: '11px 0', horizontalMargin: '0' },
      Switch: { trackHeight: 24, trackMinWidth: 46, handleSize: 20 },
      Select: { optionSelectedBg: p.brandTint },
      Tooltip: { colorBgSpotlight: mode === 'dark' ? '#2B3740' : '#26323D' },
    },
  };
}

/** Lends the colours to our own style sheets, as `--background`, `--brand-tint` … */
export function paint(mode: Mode): void {
  const root = document.documentElement;
  root.dataset.theme = mode;
  root.style.colorScheme = mode;
  for (const [name, color] of Object.entries(palettes[mode])) {
    root.style.setProperty(`--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`, color as string);
  }
}
