import { colourIn } from '@/interface/colour-in.ts';

const NAMES = {
  paper: '--paper',
  raised: '--paper-raised',
  ink: '--ink',
  hairline: '--hairline',
  frame: '--frame',
  fill: '--fill',
  warning: '--warning',
  online: '--online',
  selection: '--selection',
};

export type WallColours = Record<keyof typeof NAMES, string>;

/** The page's colours in the theme that it has now. */
export function wallColours(inside: HTMLElement): WallColours {
  const colours = Object.entries(NAMES).map(([name, variable]) => [name, colourIn(inside, variable)]);
  return Object.fromEntries(colours) as WallColours;
}
