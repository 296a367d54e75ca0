"""The wording: every sentence that an explanation may say, in English, by its text key.

One place, of which `ptml.explain.words` gives the translations. A sentence is what was seen, then
what goes with it; both are keyed, and the text key of a reason names them:
``no_practice.none_done.raises``. The effect says "more often" and never "because": shares are
associations, not causes.
Templates hold plain ASCII without quotes or backslashes, which JSON would have to escape.
"""

from collections.abc import Mapping
from types import MappingProxyType

from ptml.lift.refusal import REFUSALS

EFFECTS: Mapping[str, str] = MappingProxyType(
    {
        "raises": ": in such cases what was learnt stays unused more often.",
        "lowers": ": in such cases what was learnt is used more often.",
        "neutral": ": this makes no clear difference to the estimate.",
        "blocked": ". This stands in the way whoever the person is, and is the matter of the unit.",
    }
)

SEEN: Mapping[str, str] = MappingProxyType(
    {
        "not_learned.below": "Exam score {exam}, {difference} points below what is usual on this "
        "course",
        "not_learned.above": "Exam score {exam}, {difference} points above what is usual on this "
        "course",
        "not_learned.usual": "Exam score {exam}, about what is usual on this course",
        "not_learned.unknown": "No exam score is known",
        "crammed.days": "{minutes} minutes of study a day, over {days} days",
        "crammed.unknown": "Time and days of study are not known",
        "no_practice.none_done": "No practice task of {due} due was handed in {day} days after the "
        "course",
        "no_practice.some_done": "{done} of {due} practice tasks handed in {day} days after the "
        "course",
        "no_practice.none_done_yet": "No practice task of {due} due was handed in so far",
        "no_practice.some_done_yet": "{done} of {due} practice tasks handed in so far",
        "no_practice.none_due": "No practice task was due so far",
        "motivation.answer": "The person last put motivation to learn at {points} of 5, the "
        "unit on average at {unit}",
        "motivation.unit": "The unit puts motivation to learn at {unit} of 5 on average",
        "motivation.unknown": "Nobody asked the person about motivation to learn",
        "satisfaction.answer": "The person rated the course {points} of 5",
        "satisfaction.unknown": "The person did not rate the course",
        "new_to_role.months": "{months} months in the present role",
        "new_to_role.unknown": "Time in the present role is not known",
        "past_transfer.weak": "{weak} of {checked} earlier courses of the person that were checked "
        "stayed unused",
        "past_transfer.none": "No earlier course of the person was checked",
        "past_use.record": "What the person handed in and used after earlier courses",
        "past_performance.score": "Performance of the last periods, with {points} points in the "
        "last one",
        "past_performance.unknown": "No performance score is known",
        "person.record": "The record of earlier learning, capability and grade",
        "manager_talks.none_held": "No talk with the manager of {due} due was held",
        "manager_talks.some_held": "{held} of {due} talks with the manager were held",
        "manager_talks.none_due": "No talk with the manager was due so far",
        "manager_support.answer": "The person last put support by the manager at {points} of 5, "
        "the unit on average at {unit}",
        "manager_support.unit": "The unit puts support by its managers at {unit} of 5 on average",
        "manager_support.unknown": "Nobody asked the person about support by the manager",
        "mentor.none_held": "No mentor meeting of {due} due was held",
        "mentor.some_held": "{held} of {due} mentor meetings were held",
        "mentor.none_due": "No mentor meeting was due so far",
        "past_talks.record": "How regularly talks with the manager were held before",
        "past_mentor.record": "How regularly mentor meetings were held before",
        "manager.record": "How many people the manager leads, and since when",
        "no_opportunity.answer": "The person last put the opportunity to use what is learnt at "
        "{points} of 5, the unit on average at {unit}",
        "no_opportunity.unit": "The unit puts the opportunity to use what is learnt at {unit} of "
        "5 on average",
        "no_opportunity.unknown": "Nobody asked the person about an opportunity to use it",
        "not_used.first_use": "First used at work {days} days after the course",
        "not_used.never": "No use at work on record so far",
        "fading.days": "Last used at work {days} days ago",
        "fading.never": "No use at work on record",
        "unit_trouble.hours": "{hours} hours lost to incidents in the unit in three months",
        "unit_trouble.none": "No hours lost to incidents in the unit in three months",
        "workload.answer": "The person last put the workload at {points} of 5, the unit on average "
        "at {unit}",
        "workload.unit": "The unit puts the workload at {unit} of 5 on average",
        "workload.unknown": "Nobody asked the person about workload",
        "parallel_courses.open": "{courses} other courses under way",
        "parallel_courses.none": "No other course under way",
        "peers.share": "About {share} % of the unit took up the course within a year",
        "peers.unknown": "How many of the unit took up the course is not known",
        "unit_record.weak": "{weak} of {checked} earlier courses in the unit that were checked "
        "stayed unused",
        "unit_record.none": "No earlier course was checked in the unit",
        "absence.days": "{days} days away from work since the course",
        "absence.none": "No absence from work since the course",
        "team.record": "The size, the results and the learning of the unit",
        "too_hard.below": "The person stood {levels} levels below where the course begins",
        "too_hard.ready": "The person stood at least where the course begins",
        "new_content.levels": "{levels} levels of the course were new to the person",
        "new_content.unknown": "What was new to the person in the course is not known",
        "not_needed.closes": "The course closes {levels} weighted levels of the gap to the role",
        "not_needed.none": "The course closes no known gap to the role",
        "repeated.courses": "{courses} earlier courses on the same competency",
        "repeated.none": "The first course on this competency",
        "course_fit.record": "How the course fits the wishes and habits of the person",
        "course_record.weak": "{weak} of {checked} earlier completions of this course that were "
        "checked stayed unused",
        "course_record.none": "No earlier completion of this course was checked",
        "course.hours": "The form of the course, {hours} hours in all",
        "course.record": "The form of the course",
        "blocked.incident": "The unit lost {hours} hours to a single incident of late",
        "blocked.opportunity": "The person sees too little opportunity to use what is learnt",
        "blocked.unit": "{weak} of {checked} earlier courses in the unit that were checked stayed "
        "unused, and the unit explains it as much as the people do",
    }
)

INTERVENTIONS: Mapping[str, str] = MappingProxyType(
    {
        "remind": "Remind the person of the open practice task, and agree a new date.",
        "remedial_unit": "Repeat the units that were not learnt, then retest.",
        "spaced_practice": "Plan short practice sessions spread over some weeks.",
        "work_assignment": "Give a work assignment that uses the course, with a date.",
        "reassign_work": "Reassign work so that there is an occasion to use it, or time the "
        "course otherwise.",
        "scripted_talk": "Hold a scripted talk about what is to be used, and one after.",
        "book_mentor": "Book the mentor meetings, or replace the mentor.",
        "train_together": "Train colleagues of the unit together.",
        "protected_time": "Set protected time aside, and put off parallel courses.",
        "job_aid_buddy": "Give a job aid and a buddy in the role.",
        "refresher": "Offer a refresher before what was learnt fades.",
        "transfer_goal": "Agree what will be done differently, and how it is measured.",
        "change_workplace": "Change the workplace and not the person: find with the unit what "
        "keeps its people from using what they learn.",
        "repair_unit": "Settle what troubles the unit first; training does not repair it.",
        "preparatory_unit": "Offer the preparatory unit that the course builds on.",
        "choose_by_need": "Check whether the role needs this course before the next one.",
        "course_review": "Review the course: it often stays unused, whoever takes it.",
    }
)

RULE_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "completed_low_exam": "Completed in full, and the exam below the pass mark",
        "no_practice_in_30_days": "The course was new to the person, and no practice task was done "
        "in 30 days",
        "performance_not_up": "The course was new to the person, and performance is not up after "
        "two periods",
    }
)

RULE_RECORD: Mapping[str, str] = MappingProxyType(
    {
        "known": ": of {fired} such completions before, {precision} of 100 stayed unused (range "
        "{low} to {high}).",
        "unknown": ": how often that was right before is not known.",
    }
)

# Of a unit as a whole, by topic; all but the record go on with an effect.
UNITS: Mapping[str, str] = MappingProxyType(
    {
        "unit_record.share": "Of {checked} courses of its people that were checked {weak} stayed "
        "unused, {share} %, where {usual} % is usual for these courses.",
        "unit_trouble.mean": "{value} hours lost to incidents in the unit in three months",
        "no_opportunity.mean": "Its people put the opportunity to use what is learnt at {value} "
        "of 5",
        "manager_support.mean": "Its people put support by the manager at {value} of 5",
        "manager_talks.mean": "{value} % of the talks with the manager that were due were held",
        "mentor.mean": "{value} % of the mentor meetings that were due were held",
        "workload.mean": "Its people put the workload at {value} of 5",
        "peers.mean": "About {value} % of the unit took up these courses within a year",
    }
)

_ESTIMATE = " the estimate is {p_then} of 100 instead of {p_now} (range {low} to {high})."

WHAT_IF: Mapping[str, str] = MappingProxyType(
    {
        "practice_task": "In cases like this one in which a practice task is done within 30 days,"
        + _ESTIMATE,
        "manager_checkin": "In cases like this one in which a talk with the manager is held within "
        "30 days," + _ESTIMATE,
        "mentor_meeting": "In cases like this one in which a mentor meeting is held within 30 days,"
        + _ESTIMATE,
        "less_load": "In cases like this one with less work and no other course under way,"
        + _ESTIMATE,
    }
)

# What speaks for a cause, and what it is held against.
STALLED: Mapping[str, str] = MappingProxyType(
    {
        "too_early": "The results of two periods after the course are not known yet.",
        "unclear": "Nothing that is known says why.",
        "no_scores": "Results before or after the course are not on record.",
        "denied_opportunity": "Since the course the person put the opportunity to use it at "
        "{points} of 5.",
        "incident": "The unit lost {hours} hours to a single incident since the course.",
        "unit_fell": "The results of the whole unit fell by {points} points over the same time.",
        "high_load": "Since the course the person put the workload at {points} of 5.",
        "low_exam": "Exam score {exam} of 100.",
        "below_usual": "Exam score {exam}, {difference} points below what is usual on this course.",
        "not_used": "Checks of use at work came to {percent} of 100.",
        "tasks_undone": "Of {due} practice tasks due none was done.",
        "not_required": "The role asks for nothing of what the course teaches.",
        "no_gap": "The course closed no gap of the person to the role.",
        "course_moves_nobody": "Those who take the course gain {points} points by it, and at most "
        "{high}.",
    }
)

SINGLE: Mapping[str, str] = MappingProxyType(
    {
        "caution": "This is what goes together in the data, not proof that doing it changes the "
        "outcome for this person.",
        "unknown": "unknown",
    }
)

LIFT_PARTS: Mapping[str, str] = MappingProxyType(
    {
        "course_prior": "what courses of this kind do",
        "evidence": "what its past takers gained beyond courses of its kind",
        "gap_in": "the gap in {competency}",
        "gap": "what is new in it",
        "motivation": "the motivation to learn",
        "manager": "support by the manager",
        "environment": "the opportunity to use it and the workload",
        "experience": "earlier learning and time in the job",
    }
)

RECOMMENDATIONS: Mapping[str, str] = MappingProxyType(
    {
        "closes_gap.levels": "Closes the gap in {competency} from level {from_level} to "
        "{to_level}.",
        "lift.gain": "Expected to add {lift} points of performance (90 % interval {low} to "
        "{high}).",
        "lift.unclear": "The effect on performance is estimated at {lift} points, and cannot be "
        "told from none (90 % interval {low} to {high}).",
        "lift.refused": "The effect on performance cannot be estimated: too few comparable people "
        "have taken it.",
        **{
            f"lift.gain.{part}": "Based on {support} comparable colleagues who took it: {lift} "
            "points of performance (90 % interval {low} to {high}); most of it from " + words + "."
            for part, words in LIFT_PARTS.items()
        },
        "lift.gain.new": "No comparable colleague has taken it yet; by what courses like it do: "
        "{lift} points of performance (90 % interval {low} to {high}).",
        **{
            f"lift.refused.{refusal.name}": "The effect on performance is not known: "
            f"{refusal.reason}. What helps: {refusal.remedy}."
            for refusal in REFUSALS
        },
        "popular.role": "Chosen by {share} % of people in the same role.",
        "unlocks.course": "Opens the way to a further course.",
        "unlocks.courses": "Opens the way to {courses} further courses.",
        "personal_goal.competency": "Serves a goal of the person: {competency}.",
        "explored.draw": "Drawn at random among the courses open to the person, to learn "
        "whether it is wanted.",
        "preference.past": "Likelihood of being chosen next: {percent} of 100, where 50 is a "
        "course like any other; most of all for having chosen {course}.",
        "preference.role": "Likelihood of being chosen next: {percent} of 100, where 50 is a "
        "course like any other; most of all for the role.",
        "preference.unit": "Likelihood of being chosen next: {percent} of 100, where 50 is a "
        "course like any other; most of all for what colleagues in the unit choose.",
        "preference.grade": "Likelihood of being chosen next: {percent} of 100, where 50 is a "
        "course like any other; most of all for the grade.",
        "preference.gap": "Likelihood of being chosen next: {percent} of 100, where 50 is a "
        "course like any other; most of all for the gap that it closes.",
        "preference.popularity": "Likelihood of being chosen next: {percent} of 100, where 50 is "
        "a course like any other; most of all for being popular with everybody.",
        "preference.none": "Likelihood of being chosen next: {percent} of 100, where 50 is a "
        "course like any other; nothing that is known of the person speaks for it.",
        "history.alike": "People with a similar learning history chose it.",
    }
)
