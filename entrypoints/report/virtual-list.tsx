import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from "@tanstack/virtual-core";
import type { ComponentChildren, HTMLAttributes } from "preact";
import { useEffect, useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";

interface VirtualListProps {
  count: number;
  /** Pixels of a row's height; of its width where the list is horizontal. */
  size: number;
  horizontal?: boolean;
  /** Row to keep in view. */
  current?: number;
  row: (index: number) => ComponentChildren;
  attributes: HTMLAttributes<HTMLDivElement>;
}

/** A list of which only the rows in view are in the page. */
export function VirtualList({ count, size, horizontal = false, current, row, attributes }: VirtualListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [, redraw] = useReducer((turn: number) => turn + 1, 0);
  const options = {
    count,
    horizontal,
    estimateSize: () => size,
    getScrollElement: () => scroller.current,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    onChange: () => redraw(0),
    overscan: 10,
  };
  const [list] = useState(() => new Virtualizer<HTMLDivElement, HTMLDivElement>(options));
  list.setOptions(options);
  useEffect(() => list._didMount(), [list]);
  useLayoutEffect(() => list._willUpdate());
  useEffect(() => {
    if (current !== undefined && current >= 0) list.scrollToIndex(current, { align: "auto" });
  }, [current, list]);
  const length = `${list.getTotalSize()}px`;
  return (
    <div ref={scroller} {...attributes}>
      <div class="rail" style={horizontal ? { width: length } : { height: length }} role="presentation">
        {list.getVirtualItems().map(({ index, start }) => (
          <div
            key={index}
            class="slot"
            role="presentation"
            style={
              horizontal
                ? { transform: `translateX(${start}px)`, width: `${size}px` }
                : { transform: `translateY(${start}px)`, height: `${size}px` }
            }
          >
            {row(index)}
          </div>
        ))}
      </div>
    </div>
  );
}
