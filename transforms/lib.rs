//! The transforms that unspool ships with: the registry, one line each.

mod acquire_release_to_contextmanager;
mod add_slots;
mod asynchrony;
mod awaits_to_gather;
mod cache_to_weakref;
mod callbacks_to_async;
mod chain_to_pipeline;
mod coroutine_to_async;
mod generated;
mod globals_to_closure;
mod laziness;
mod list_builder_to_generator;
mod list_to_genexpr;
mod loop_to_asyncio_run;
mod loop_to_yield_from;
mod manual_close_to_with;
mod readlines_to_iteration;
mod repr_to_decorator;
mod resources;
mod resources_to_exitstack;
mod swap_to_contextmanager;
mod try_finally_to_with;
mod try_pass_to_suppress;
mod validation_to_descriptor;
mod validators_to_factory;

use unspool_engine::transform::Transform;

/// All transforms in the order in which they are listed, run and preferred among equals.
pub fn registry() -> &'static [&'static dyn Transform] {
    &[
        &list_to_genexpr::ListToGenexpr,
        &chain_to_pipeline::ChainToPipeline,
        &list_builder_to_generator::ListBuilderToGenerator,
        &loop_to_yield_from::LoopToYieldFrom,
        &readlines_to_iteration::ReadlinesToIteration,
        &manual_close_to_with::ManualCloseToWith,
        &resources_to_exitstack::ResourcesToExitstack,
        &try_finally_to_with::TryFinallyToWith,
        &acquire_release_to_contextmanager::AcquireReleaseToContextmanager,
        &swap_to_contextmanager::SwapToContextmanager,
        &try_pass_to_suppress::TryPassToSuppress,
        &globals_to_closure::GlobalsToClosure,
        &cache_to_weakref::CacheToWeakref,
        &validation_to_descriptor::ValidationToDescriptor,
        &validators_to_factory::ValidatorsToFactory,
        &coroutine_to_async::CoroutineToAsync,
        &callbacks_to_async::CallbacksToAsync,
        &awaits_to_gather::AwaitsToGather,
        &loop_to_asyncio_run::LoopToAsyncioRun,
        &add_slots::AddSlots,
        &repr_to_decorator::ReprToDecorator,
    ]
}
