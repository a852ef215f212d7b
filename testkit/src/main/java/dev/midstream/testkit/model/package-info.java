/**
 * What boxes that edit streams have done so far, as small models to compare with: they edit each
 * packet by itself and keep one position and two offsets for a direction ({@link
 * dev.midstream.testkit.model.PositionShift}), or one running sum ({@link
 * dev.midstream.testkit.model.SumShift}). {@link dev.midstream.testkit.model.Scenario} shows where
 * that is not enough.
 *
 * <p>Place on the path: instead of the engine. A model is faithful to its literature and no worse;
 * nothing else may be built on it.
 */
@NullMarked
package dev.midstream.testkit.model;

import org.jspecify.annotations.NullMarked;
