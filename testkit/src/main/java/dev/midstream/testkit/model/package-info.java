/**
 * Small models of boxes that edit streams in the usual way, for comparison. They edit each packet
 * separately and keep one position and two offsets for a direction ({@link
 * dev.midstream.testkit.model.PositionShift}), or one running sum ({@link
 * dev.midstream.testkit.model.SumShift}). {@link dev.midstream.testkit.model.Scenario} shows where
 * that is not enough.
 *
 * <p>Place on the path: instead of the engine. A model follows its literature; nothing else may be
 * built on it.
 */
@NullMarked
package dev.midstream.testkit.model;

import org.jspecify.annotations.NullMarked;
