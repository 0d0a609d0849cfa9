import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { FileLink, useUrl } from "./pieces";
import type { ReportState } from "./report-state";
import { t, words } from "./words";

/** Farther than any recording goes: a browser that is sent there finds out how long it is. */
const FAR_SECONDS = 1e9;

/** The recording with marks where actions happened; choosing an item seeks to it. */
export function Recording({ state }: { state: ReportState }) {
  const { recordings, timeline } = state.data;
  const video = useRef<HTMLVideoElement>(null);
  const which = useSignal(0);
  const seconds = useSignal<number | null>(null);
  const trouble = useSignal<"broken" | "endless" | null>(null);
  const recording = recordings[which.value];
  const url = useUrl(state, recording?.file ?? 0);
  const startsAt = recording?.startsAt ?? null;
  const placeOf = (at: number | null) =>
    at === null || startsAt === null ? null : (at - startsAt) / 1000 - state.shift.value;
  const place = placeOf(timeline[state.item.value]?.at ?? null);
  useEffect(() => {
    const player = video.current;
    if (!player || place === null || player.readyState < 1 || !player.paused) return;
    player.currentTime = Math.min(Math.max(place, 0), seconds.value ?? Number.POSITIVE_INFINITY);
  }, [place, seconds.value]);
  if (!recording) return null;
  const learn = (player: HTMLVideoElement) => {
    if (Number.isFinite(player.duration)) {
      seconds.value = player.duration;
      if (player.currentTime >= player.duration) player.currentTime = Math.max(place ?? 0, 0);
    } else if (seconds.value === null) {
      trouble.value = "endless";
      player.currentTime = FAR_SECONDS;
    }
  };
  return (
    <details class="recording" open>
      <summary>{t("report_recording")}</summary>
      {recordings.length > 1 && (
        <div class="row">
          {recordings.map((each, index) => (
            <button
              key={each.file}
              type="button"
              class="button"
              aria-pressed={index === which.value}
              onClick={() => {
                which.value = index;
                seconds.value = null;
                trouble.value = null;
              }}
            >
              {index + 1}
            </button>
          ))}
        </div>
      )}
      <video
        key={recording.file}
        ref={video}
        src={url}
        controls
        muted
        preload="metadata"
        onLoadedMetadata={(event) => learn(event.currentTarget)}
        onDurationChange={(event) => learn(event.currentTarget)}
        onError={() => {
          trouble.value = "broken";
        }}
      />
      {seconds.value !== null && (
        <div class="marks">
          {timeline.map((item, index) => {
            const at = placeOf(item.at);
            const length = seconds.value ?? 0;
            if (item.kind !== "action" || at === null || at < 0 || at > length || length === 0) return null;
            const label = t("report_jumpTo", item.title, words.duration(at));
            return (
              <button
                key={index}
                type="button"
                tabIndex={-1}
                class={`cue${item.failed ? " failed" : ""}`}
                style={{ insetInlineStart: `${(at / length) * 100}%` }}
                aria-label={label}
                title={label}
                onClick={() => state.choose(index)}
              />
            );
          })}
        </div>
      )}
      {trouble.value === "broken" && (
        <p class="bad-text">
          {t("report_recordingBroken")} <FileLink state={state} index={recording.file} />
        </p>
      )}
      {trouble.value === "endless" && seconds.value === null && (
        <p class="quiet">{t("report_recordingEndless")}</p>
      )}
      <p>
        <FileLink state={state} index={recording.file} />
      </p>
      <label class="shift">
        <span>{t("report_recordingShift")}</span>
        <input
          type="number"
          step="0.5"
          value={state.shift.value}
          title={t("report_recordingGuess")}
          onInput={(event) => {
            const value = Number(event.currentTarget.value);
            if (Number.isFinite(value)) state.shift.value = value;
          }}
        />
      </label>
    </details>
  );
}
