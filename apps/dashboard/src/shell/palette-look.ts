export const PALETTE_INPUT =
  'h-10 w-full border-b border-hairline bg-transparent px-3 text-[13px] outline-none placeholder:text-quiet';

export const PALETTE_ITEM =
  'flex h-8 cursor-pointer items-center gap-3 rounded-xs px-2 text-[13px] data-[selected=true]:bg-sunken';

export const PALETTE_GROUP =
  '[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-quiet';
