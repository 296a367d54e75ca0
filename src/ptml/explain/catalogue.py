"""The wording: every sentence that an explanation may say, in English, by its text key.

One place, so that a translation replaces one mapping. A sentence is what was seen, then what goes
with it; both are keyed, and the text key of a reason names them: ``no_practice.none_done.raises``.
The effect says "more often" and never "because": shares are associations, not causes.
Templates hold plain ASCII without quotes or backslashes, which JSON would have to escape.
"""

from collections.abc import Mapping
from types import MappingProxyType

EFFECTS: Mapping[str, str] = MappingProxyType(
    {
        "raises": ": such cases more often stay unused at work.",
        "lowers": ": such cases are more often used at work.",
        "neutral": ": this makes no difference to the estimate.",
    }
)

SEEN: Mapping[str, str] = MappingProxyType(
    {
        "person.nothing": "Nothing known about the person",
        "person.record": "The record of earlier work and learning",
        "manager.nothing": "Nothing known about the manager and the mentor",
        "environment.nothing": "Nothing known about the work around the person",
        "environment.record": "The record of the unit and the role",
        "course_fit.nothing": "Nothing known about how the course fits the person",
        "course_fit.record": "How the course fits the role and the person",
        "course.nothing": "Nothing known about the course",
        "course.record": "The form of the course",
        "not_learned.below": "Exam score {exam}, {difference} points below what is usual here",
        "not_learned.above": "Exam score {exam}, {difference} points above what is usual here",
        "not_learned.usual": "Exam score {exam}, about what is usual on this course",
        "not_learned.unknown": "No exam score is known",
        "crammed.days": "{minutes} minutes of study a day over {days} days",
        "crammed.unknown": "The days of study are not known",
        "no_practice.none_due": "No practice task was due {day} days after the course",
        "no_practice.none_done": "No practice task of {due} handed in {day} days after the course",
        "no_practice.some_done": "{done} of {due} practice tasks handed in {day} days after the "
        "course",
        "motivation.answer": "Motivation to learn, when last asked: {points} of 5",
        "motivation.unknown": "Nobody has asked for the motivation to learn",
        "satisfaction.answer": "The person rated the course {points} of 5",
        "satisfaction.unknown": "The person did not rate the course",
        "new_to_role.months": "{months} months in the present role",
        "new_to_role.unknown": "Time in the present role is not known",
        "past_transfer.share": "Of {checked} earlier courses of the person, {share} % stayed "
        "unused at work",
        "past_transfer.none": "No earlier course of the person was checked at work",
        "past_performance.score": "Performance score of the last period: {points} points",
        "past_performance.unknown": "The record of performance",
        "manager.none_held": "No talk with the manager of {due} due was held",
        "manager.some_held": "{held} of {due} talks with the manager were held",
        "manager.support": "Support by the manager, when last asked: {points} of 5",
        "manager.unknown": "No talk with the manager is on record",
        "mentor.none_held": "No mentor meeting of {due} due was held",
        "mentor.some_held": "{held} of {due} mentor meetings were held",
        "mentor.none_due": "No mentor meeting was due {day} days after the course",
        "no_opportunity.not_used": "Not used at work yet, {day} days after the course",
        "no_opportunity.first_use": "First used at work {days} days after the course",
        "no_opportunity.answer": "Opportunity to use it, when last asked: {points} of 5",
        "no_opportunity.unknown": "Nothing is known about an opportunity to use it",
        "fading.days": "Last used at work {days} days ago",
        "fading.never": "No use at work is on record",
        "unit_trouble.hours": "{hours} hours lost to incidents in the unit within 90 days",
        "unit_trouble.none": "No hours lost to incidents in the unit within 90 days",
        "workload.courses": "{courses} other courses under way at the same time",
        "workload.answer": "Workload, when last asked: {points} of 5",
        "workload.none": "No other course under way at the same time",
        "peers.share": "In the unit, {share} % of {checked} checked courses stayed unused at work",
        "peers.none": "No earlier course was checked in the unit",
        "absence.days": "{days} days away from work within 90 days",
        "absence.none": "No day away from work within 90 days",
        "nothing_new.levels": "The course adds {levels} levels that are new to the person",
        "nothing_new.unknown": "What is new to the person in the course is not known",
        "too_hard.below": "The person stood {levels} levels below where the course begins",
        "too_hard.ready": "The person stood where the course begins",
        "not_needed.closes": "The course closes {levels} weighted levels of the gap to the role",
        "not_needed.none": "The course closes no gap to what the role asks for",
        "repeated.courses": "{courses} earlier courses on the same competency",
        "repeated.none": "The first course on this competency",
        "course_record.share": "Of {checked} checked completions of this course, {share} % stayed "
        "unused at work",
        "course_record.none": "No completion of this course was checked before",
        "course_form.hours": "A course of {hours} hours in this form",
        "course_form.unknown": "The form of the course",
        "practice_score.mean": "Mean score of the practice tasks: {percent} %",
        "practice_score.none": "No practice task was scored",
    }
)

INTERVENTIONS: Mapping[str, str] = MappingProxyType(
    {
        "remedial_unit": "Repeat the units that were not learned, then retest.",
        "spaced_practice": "Plan short practice sessions spread over some weeks.",
        "work_assignment": "Give a work assignment that uses the course, with a date.",
        "reassign_work": "Reassign work so that there is an occasion to use it, or time the "
        "course otherwise.",
        "scripted_talk": "Hold a scripted talk about what is to be used, and one after.",
        "book_mentor": "Book the mentor meetings, or replace the mentor.",
        "train_together": "Train colleagues of the unit together.",
        "protected_time": "Set protected time aside, and put off parallel courses.",
        "job_aid_buddy": "Give a job aid and a buddy in the role.",
        "refresher": "Offer a refresher before what was learned fades.",
        "transfer_goal": "Agree what will be done differently, and how it is measured.",
        "repair_unit": "Settle what troubles the unit first; training does not repair it.",
        "preparatory_unit": "Offer the preparatory unit that the course builds on.",
        "choose_by_need": "Check whether the role needs this course before the next one.",
        "course_review": "Review the course: it often stays unused, whoever takes it.",
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
        "took it.",
        "popular.role": "Chosen by {share} % of people in the same role.",
        "unlocks.courses": "Opens the way to {courses} further courses.",
        "personal_goal.competency": "Serves a goal of the person: {competency}.",
        "history.alike": "People with a similar learning history chose it.",
        "refreshes.days": "Its competency was last trained {days} days ago.",
    }
)
