#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plants bugs of one line each into copies of the core and says which seed of the simulator catches each.

Usage: planted_bugs.py BUILD_FOLDER [NAME...]   (run by ./dev simulate --planted)
       planted_bugs.py --lines                  whether each line is there once (run by ./dev lint)
"""
import concurrent.futures
import os
import sys
import tempfile

from patched_core import CORE, PatchedCore

SEEDS = 200

# name, file under models/liveness, the line, what it becomes; or several of each, where one rule stands in two places
BUGS = [
    ("no re-read before firing", "judgement.cpp",
     "isSilent(weigh(evidence, sight, thresholds, *evidence.recordSentAt).state))", "true)"),
    ("local time instead of the registry's", "beat_fact.cpp",
     "latest = std::min(told->latest, heardAt);", "earliest = latest = heardAt;"),
    ("a connection taken for a recovery", "core.cpp",
     "++watch->evidence.connectionsSeen;",
     "watch->evidence.hear(BeatFact::heard(m_registries[event.registry].clock.estimate(now), now,"
     " m_registries[event.registry].clock));"),
    ("no data resolves", "core_alerts.cpp",
     "if (!back && state != AgentState::Deregistered)",
     "if (!back && state != AgentState::Deregistered && state != AgentState::Unknown)"),
    ("registering counts as a beat", "evidence.cpp",
     "if (!registeredAt || std::chrono::abs(stamp - *registeredAt) > kRegistrationShadow ||", "if (true ||"),
    ("an alert does not wait for the lower end of the age", "judgement.cpp",
     "return Age{std::max<Nanoseconds>(now - beat.latest, 0ns),",
     "return Age{std::max<Nanoseconds>(now - beat.earliest, 0ns),"),
    ("the same beat read again counts as a new one", "evidence.cpp",
     "if (lastBeat && lastBeat->isSameAs(stamp, BeatSource::Record))", "if (false)"),
    ("a raised alert is forgotten at the program's end", "core.cpp",
     "watch.alerted = event.alerted;", "watch.alerted = false;"),
    ("a cut link excuses as a frozen registry does", "core_gaps.cpp",
     "return view.heardInGap && !view.illInGap;",
     "return view.heardInGap && false;"),
    ("an event ends an alert", "core_alerts.cpp",
     "watch.beatenSinceAlert && watch.recordMovedSinceAlert && watch.evidence.everBeat;",
     "watch.beatenSinceAlert && watch.evidence.everBeat;"),
    ("forged events keep a dead agent alive", "core_agreement.cpp",
     "watch.evidence.doubtStream();", ""),
    ("old records of all are taken for many deaths", "core_agreement.cpp",
     "view.contradicting >= kMany || (heardAll && !view.agreedAt)", "false"),
    ("sockets are kept after a sleep", "core_sight.cpp",
     "effects.emplace_back(effect::DialAnew{index});", ""),
    ("old evidence stays green while blind", "judgement.cpp",
     "const bool fresh = evidence.everBeat && age.most <= thresholds.late &&",
     "const bool fresh = evidence.everBeat &&"),
    ("three quarters of a pace are taken for two processes", "beat_rhythm.cpp",
     "constexpr double kBorder = 22.0 / 30.0;", "constexpr double kBorder = 31.0 / 30.0;"),
    ("a date's second is taken for its end", "registry_clock.cpp",
     "m_date.observe(stamp - receivedAt.time_since_epoch(),",
     "m_date.observe(stamp + 1s - receivedAt.time_since_epoch(),"),
    ("what an event's stamp says counts more than when it was heard", "beat_fact.cpp",
     "if (!told || told->latest < heardAt - longestDelay || told->earliest > heardAt)", "if (!told)"),
    ("one date sets the registry's clock", "offset_bounds.cpp",
     "if (m_contraries >= kSettledBy && overcome) {", "if (true) {"),
    ("a brief outage is none", "core_gaps.cpp",
     ": failed || lost                    ? kBriefOutageSeconds", ": failed || lost ? kShortOutageSeconds"),
    ("who shares our line is accused as others are", "judgement.cpp",
     "if (now < sight.ownCutGraceUntil && mayShareOurLine(age, sight, thresholds, now))", "if (false)"),
    ("an outage ends the excuse of who shares our line", "core_gaps.cpp",
     "if (from < view.sight.ownCutGraceUntil)", "if (false)"),
    ("what our line and an outage have in common counts twice", "judgement.cpp",
     "return sight.gaps.heardBetween(latest, now, sight.ownCuts) <",
     "return sight.gaps.heardBetween(latest, now) + sight.ownCuts.heardBetween(latest, now) - (now - latest) <"),
    ("an outage begins with the last beat of the dead", "core_gaps.cpp",
     "view.gapWasSeen ? *view.unheardFrom : outageBegan(view);", "outageBegan(view);"),
    ("a restart just before our own start is none", "core_gaps.cpp",
     "view.gapWasSeen ? Nanoseconds(2s) : grace;", "2s;"),
    ("who fell silent before an outage did so with it", "core_gaps.cpp",
     "? now - *view.unheardFrom + turn", "&& false ? now - *view.unheardFrom + turn"),
    ("one read that fails tells nothing of a brief outage", "core_answers.cpp",
     "m_registries[event.registry].failedAnew = true;", ";"),
    ("who was told beats on while reads fail", "core_gaps.cpp",
     "if (watch.alerted || watch.evidence.gone || watch.evidence.streamDoubted)", "if (watch.evidence.gone)"),
    ("a limit makes two of one ill record", "core_sight.cpp",
     "if (!failure.limited && view.refusalsInRow++ == 0)", "if (view.refusalsInRow++ == 0)"),
    ("a running process is taken for one that hears", "core_gaps.cpp",
     "MonoTime since = gapEnd(view);",
     "MonoTime since = *view.startedAt;"),
    ("reads that failed excuse nobody", "core_gaps.cpp",
     "view.sight.graceUntil = until + m_thresholds.paced(kGraceSeconds);", "view.sight.graceUntil = until;"),
    ("a wake is the registry's trouble", "core_sight.cpp",
     "view.troubleSince = now;", "view.troubleSince = event.sleptAt;"),
    ("a lost read is waited for for ever", ("core_answers.cpp", "core_schedule.cpp"),
     ("if (!watch.readPendingSince || now - *watch.readPendingSince < kReadLost)",
      "if (watch.readPendingSince && now - *watch.readPendingSince < kReadLost)"),
     ("if (true)", "if (watch.readPendingSince)")),
    ("one answer that there is no such record ends an agent", "evidence.cpp",
     "gone = gone || (missing >= 2 && endTold);", "gone = true;"),
    ("records that are missing need no word of an end", "evidence.cpp",
     "gone = gone || (missing >= 2 && endTold);", "gone = gone || missing >= 2;"),
    ("a registry that lost its agents counts as one that hears", "core_missing.cpp",
     "readWorked(event.registry, event.sentAt, now, effects, Proves::Nothing);",
     "readWorked(event.registry, event.sentAt, now, effects);"),
    ("a registry that lost its agents is no trouble", "core_missing.cpp",
     "const bool forgetful = missing * 2 > known || deaf;", "const bool forgetful = deaf && false;"),
    ("old records of a backup end an alert", "core_answers.cpp",
     "(watch.alerted && (isNews || watch.evidence.showsBeatSince(watch.alertedOn) ||",
     "(watch.alerted && (true ||"),
    ("a forged beat is remembered as a real one", "core.cpp",
     "evidence.recordBeats,  evidence.gone,", "evidence.everBeat, evidence.gone,"),
    ("what no record shows is remembered", "core.cpp",
     "const bool known = evidence.showsLastBeat() || !evidence.recordBeat;", "const bool known = true;"),
    ("the beat for which an alert fires ends it", ("core_answers.cpp", "core_alerts.cpp"),
     ("newer && !(watch.alertedOn && watch.evidence.recordStamp", "beaten && isShownLately(watch) && age"),
     ("newer && !(false && watch.evidence.recordStamp", "beaten && age")),
    ("what follows an old record is placed by it", "evidence.cpp",
     "askedBefore = std::min(*askedBefore, *oldSince);", ";"),
    ("another registry is told with the next tick", "core_sight.cpp",
     "settleRegistryAlert(event.registry, now, effects);\n    scheduleReads", "scheduleReads"),
    ("a stranger's beat proves hearing while reads fail", "core_gaps.cpp",
     "if (view.failing && !oursBeatOn(view, now))", "if (false)"),
    ("a clock that was just set places first sights", "core.cpp",
     "(view.clock.isDoubted(now) || isNewToUs(", "(isNewToUs("),
    ("a cache is forgotten over an outage", "core_sight.cpp",
     "if (view.sight.outOfDate && view.link == LinkState::Connected)", "if (false)"),
    ("a record agrees that shows nothing", "core_agreement.cpp",
     "return beat.latest > *view.missedSince &&", "return true ||"),
    ("a beat that may lie anywhere in a wide range agrees", "core_agreement.cpp",
     "*evidence.recordSentAt - beat.earliest <", "*evidence.recordSentAt - beat.latest <"),
    ("one whose record was lost is accused as it is back", "judgement.cpp",
     "if (isComingBack(evidence, age.least, sight, thresholds, now))", "if (false)"),
    ("one that is missing is asked for a proof of hearing", "core_reads.cpp",
     "const bool missing = watch.evidence.isMissing() && anyKnown;", "const bool missing = false;"),
    ("one that is missing contradicts for ever", "core_missing.cpp",
     "if (after && std::exchange(watch.evidence.contradicted, false))", "if (false)"),
    ("another registry is waited for as for a silent one", "core_sight.cpp",
     "view.link == LinkState::OtherRegistry ? 0s : Nanoseconds(kSilenceBudget);", "kSilenceBudget;"),
    ("an old stamp of a cache is a beat", "evidence.cpp",
     "return heardFrom && stamp >= *heardFrom && stamp < heardUntil;", "return false;"),
    ("one that never beat is left alone", "core_alerts.cpp",
     "if (!watch.owned || !watch.judgement.age ||",
     "if (!watch.owned || !watch.judgement.age || !watch.evidence.everBeat ||"),
    ("who was dead for weeks is told in haste", "core_alerts.cpp",
     "const bool old = !watch.seenAlive && age && age->least >= m_thresholds.inactive;", "const bool old = false;"),
    ("a stream alone keeps its agents green", "judgement.cpp",
     "now - sight.lostAt <= thresholds.late && !sight.outOfDate;", "!sight.outOfDate;"),
    ("an excuse has no end", "judgement.cpp",
     "return sight.gaps.heardBetween(now - age, now) < thresholds.paced(kLongestHearingSeconds);", "return true;"),
    ("a beat of one whose beats were forged is not looked at", "core.cpp",
     "return evidence.gone || evidence.isMissing() || evidence.streamDoubted;",
     "return evidence.gone || evidence.isMissing();"),
    ("a missing answer is taken for a missing record", "core_answers.cpp",
     "if (answered && !event.limited)", "watch->evidence.gone = true;\nif (answered && !event.limited)"),
    ("what was heard since ends no silence elsewhere", "standing.cpp",
     "const auto &last = silent.alertedOn ? silent.alertedOn : silent.evidence.lastBeat;",
     "const auto &last = silent.evidence.lastBeat;"),
    ("nobody is alive elsewhere", "standing.cpp",
     "watch.evidence.lastBeat->latest - last->latest > core.thresholds().late;", "false;"),
    ("who is back at one registry is not weighed at the other", "census.cpp",
     "    weighOthers(seen.watch, told);\n    return told;", "    return told;"),
    ("who never beat at the second registry is told", "census.cpp",
     "if (!raised.neverBeat || !beatsElsewhere(m_core, watches, raised.watch))", "if (!watches.empty())"),
    ("what ends at the last that heard it is not weighed", "census.cpp",
     "    if (gone)\n        weighOthers(changed.watch, told);\n", ""),
    ("a limit is taken for an outage", "registry_view.cpp",
     "if (!failing && refusalsInRow == 0)", "if (false)"),
    ("dates that tell of a clock which was set are not heeded", "registry_clock.cpp",
     "return m_stamps.isDoubted() || datesTellSet(MonoTime::min());", "return m_stamps.isDoubted();"),
    ("dates that took over from others tell of no clock that was set", "registry_clock.cpp",
     "m_date.isDoubted() ? m_date.doubtedSince() : m_date.tookOverAt();",
     "m_date.isDoubted() ? m_date.doubtedSince() : MonoTime::min();"),
    ("stamps of a clock that was set back are old ones", "core_agreement.cpp",
     "!view.sight.streamSince && view.clock.datesTellSet(*unconfirmed);", "false;"),
    ("the record of one that is new tells of old ones", "core_agreement.cpp",
     "if (isNew(watch, view, now))", "if (false)"),
    ("who was thought alive where it never beat is not weighed again", "census.cpp",
     "if (m_core.watch(other).alerted && !m_core.watch(other).evidence.neverBeat())", "if (false)"),
    ("in the grace of an outage the next is looked for as ever", "core_reads.cpp",
     "return now < view.sight.graceUntil ? kProofInGraceSeconds : kProofSeconds;", "return kProofSeconds;"),
    ("what two reads tell is never made narrower later", "beat_fact.cpp",
     "narrowBetweenReads(beat, clock, readAt);", "narrowBetweenReads(beat, clock, readAt); beat.betweenReads = false;"),
    ("whoever stamps first settles the clock", "registry_clock.cpp",
     "return m_stamps.isSettled() && (isShown() || m_stamps.isUnanimous()) && !stale;",
     "return m_stamps.isSettled() && !stale;"),
    ("who is back is weighed while nothing is known", "census.cpp",
     "if (m_core.watch(seen.watch).judgement.state == AgentState::Unknown)", "if (false)"),
    ("old records that nobody disputes are new ones", "core_agreement.cpp",
     "view.nobodyTold = !agrees;", ""),
    ("each record of a list is judged before the rest of it", "core_answers.cpp",
     "weighSoon(index, now); // its others", "update(index, now, effects); // its others"),
    ("many that contradict wait until others had their turn", "core_agreement.cpp",
     "(view.contradicting >= kMany && view.sight.streamSince) ||\n        (view.sight.since &&", "(view.sight.since &&"),
    ("who gave out old records is believed about one", "core_agreement.cpp",
     "return wasOldLately(view, now) ? Dispute::OldCopy : Dispute::Forged;", "return Dispute::Forged;"),
    ("no pages are waited for before events are taken for forged", "core_agreement.cpp",
     "if (!paged && open < m_thresholds.paced(patience * kPagesTellSeconds))", "if (false)"),
    ("no list is waited for before events are taken for forged", "core_agreement.cpp",
     "if (!listed && open < m_thresholds.paced(patience * kListTellsSeconds))", "if (false)"),
    ("a date that contradicts our clock is believed at once", "registry_clock.cpp",
     "return m_date.isKnown() && !odd ? ClockRank::Date", "return m_date.isKnown() ? ClockRank::Date"),
    ("an outage that nobody explains excuses for as long as others follow", "judgement.cpp",
     "!sight.understood && now - *sight.since < thresholds.paced(kExplainedSeconds);", "!sight.understood;"),
    ("nobody waits for what an outage was", "judgement.cpp",
     "!sight.understood && now - *sight.since < thresholds.paced(kExplainedSeconds);", "false;"),
    ("each 429 of one burst is an outage's", "core_sight.cpp", "if (failure.limitIsOld || ", "if ("),
    ("who limits us is away at once", "core_sight.cpp",
     "failure.limited && !view.failing && now - view.goodReadAt < kLimitedTells;", "false;"),
    ("what is allowed is never found out", "read_budget.cpp",
     "m_ceiling = std::max(ceiling(now) / 2, kLeastRate);", ""),
    ("what is told of an outage is asked for when it no longer matters", "core_reads.cpp",
     "if (view.explainWanted && !view.explainYields && now < view.sight.graceUntil &&", "if (view.explainWanted &&"),
    ("what limits us explains itself before anything is read", "core_gaps.cpp", "view.explainYields = true;", ";"),
    ("where little is allowed alerts wait for lists", "core_reads.cpp",
     "if (view.budget.isScarce(now) && !due.failing && !view.recordsIll) {", "if (false) {"),
    ("one tombstone ends an agent", "evidence.cpp",
     "(endsRead >= kEndsRead && !denied);", "endsRead >= 1;"),
    ("what denies an end is forgotten", "evidence.cpp",
     "(endsRead >= kEndsRead && !denied);", "endsRead >= kEndsRead;"),
    ("an alert is raised while an end is being found out", "core.cpp",
     "if (isSilent(judgement.state) && !watch.alerted && watch.evidence.isEndOpen()) {", "if (false) {"),
    ("one whose record cannot be read is never told", "judgement.cpp",
     "if (isHeardOfAlone(evidence, sight, thresholds, now))", "if (false)"),
    ("a record of long ago confirms what became known only now", "core.cpp",
     "const bool stale = !watch.evidence.unreadSince && sinceRead > kConfirms;", "const bool stale = false;"),
    ("an outage of all is held against each record", "core_sight.cpp", "watch.evidence.forgiveUnread();", ""),
    ("what a cache goes on to show places a beat", "core_answers.cpp",
     "!view.nobodyTold && !mayStillBeOld(watch, view, now))", "!view.nobodyTold)"),
    ("what gets no answer is taken for an ill record", "core_answers.cpp",
     "if (answered && !event.limited)", "if (true)"),
    ("a record that goes back after a forged beat is a new one", "evidence.cpp",
     "if (lastBeat && (stamp < lastBeat->stamp || stamp < *before)) {",
     "if (lastBeat && stamp < lastBeat->stamp) {"),
    ("what was asked for before a beat came answers it", "core_answers.cpp",
     "watch.readWanted = onlyItsRecordTells(watch) && heardAt && *heardAt > event.sentAt;",
     "watch.readWanted = false;"),
    ("who is new to us is judged by its first record", "core.cpp",
     "(view.clock.isDoubted(now) || isNewToUs(watch, view, now));", "view.clock.isDoubted(now);"),
    ("a stamp of another time orders what follows", "evidence.cpp",
     "(!stamped || stamped->latest >= lastBeat->earliest - kWrongStamp);", "true;"),
    ("what failed before the first good answer excuses nobody", "core_gaps.cpp",
     "|| (lost && !view.everHeard);", ";"),
    ("a short gap in which errors came is our own", "core_gaps.cpp",
     "return !view.failedInGap && !view.illInGap;", "return !view.failedInGap;"),
    ("what an unreadable record disputed is disputed for ever", "judgement.cpp",
     "if (!alone && evidence.contradictedAt", "if (evidence.contradictedAt"),
    ("what a cache answers proves hearing", "core_sight.cpp",
     "const bool old = view.sight.outOfDate || view.nobodyTold;", "const bool old = false;"),
    ("a copy that lags agrees once its agent's stream was doubted", "core_agreement.cpp",
     "if (evidence.trustedFrom && *evidence.lastStreamEventAt <= *evidence.trustedFrom)", "if (false)"),
    ("a stream is green before anything could be read", "judgement.cpp",
     "!sight.unread && ((sight.since", "((sight.since"),
]


def text_of(file_name: str) -> str:
    with open(os.path.join(CORE, file_name), encoding="utf-8") as file:
        return file.read()


def edits_of(bug: tuple) -> list:
    """The file, the line and what it becomes, for each place."""
    return list(zip(*bug[1:])) if isinstance(bug[1], tuple) else [bug[1:]]


def lost_lines(bug: tuple) -> list:
    return [f"{bug[0]}: not once in {name}: {line}" for name, line, _ in edits_of(bug) if text_of(name).count(line) != 1]


def check_lines() -> int:
    lost = [line for bug in BUGS for line in lost_lines(bug)]
    print("\n".join(lost), end="")
    return 1 if lost else 0


def judged(core: PatchedCore, bug: tuple) -> tuple:
    """Whether it is caught, and the line that says so."""
    if lost_lines(bug):
        return False, "\n".join(lost_lines(bug))
    objects = [core.compile(file, text_of(file).replace(line, becomes)) for file, line, becomes in edits_of(bug)]
    seed, _, what = core.hunt(objects, SEEDS).partition("\t")
    return bool(seed), f"{bug[0]:60} {f'seed {seed}: {what}' if seed else f'NOT CAUGHT in {SEEDS}'}"


def main() -> int:
    if sys.argv[1] == "--lines":
        return check_lines()
    wanted = sys.argv[2:]
    missed = 0
    with tempfile.TemporaryDirectory() as scratch, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        core = PatchedCore(sys.argv[1], scratch)
        if not wanted:
            clean = core.hunt([], SEEDS)
            print(f"{'none planted':60} {'VIOLATION in seed ' + clean if clean else 'no violation'}", flush=True)
            missed += 1 if clean else 0
        bugs = [bug for bug in BUGS if not wanted or any(word in bug[0] for word in wanted)]
        for done in concurrent.futures.as_completed([pool.submit(judged, core, bug) for bug in bugs]):
            caught, line = done.result()
            missed += 0 if caught else 1
            print(line, flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
