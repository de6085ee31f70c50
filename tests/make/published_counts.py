"""What others say about models: parameter counts of model cards, cache sizes and loads of real engines."""

PARAMS = {
    "Llama-2-7B": 6_738_415_616,
    "FacebookAI/roberta-large": 355_359_744,
    "FacebookAI/xlm-roberta-base": 278_043_648,
    "microsoft/deberta-v3-base": 183_831_552,
    "microsoft/deberta-v3-large": 434_012_160,
    "Llama-2-13B": 13_015_864_320,
    "Llama-2-70B": 68_976_648_192,
    "Llama-3.1-8B": 8_030_261_248,
    "Llama-3.1-70B": 70_553_706_496,
    "Llama-3.1-405B": 405_853_388_800,
    "Llama-3.2-1B": 1_235_814_400,
    "Llama-3.2-3B": 3_212_749_824,
    "Llama-4-Scout": 107_800_000_000,
    "Llama-4-Maverick": 400_700_000_000,
    "Qwen2.5-0.5B": 494_032_768,
    "Qwen2.5-7B": 7_615_616_512,
    "Qwen2.5-32B": 32_763_876_352,
    "Qwen2.5-72B": 72_706_203_648,
    "Qwen3-0.6B": 596_049_920,
    "Qwen3-8B": 8_190_735_360,
    "Qwen3-32B": 32_762_123_264,
    "Qwen3-30B-A3B": 30_532_122_624,
    "Qwen3-235B-A22B": 235_093_634_560,
    "Qwen3-Next-80B-A3B": 79_674_391_296,
    "Qwen3.5-397B-A17B": 397_000_000_000,
    "Mistral-7B": 7_248_023_552,
    "Mistral-Nemo": 12_247_782_400,
    "Mistral-Large": 122_610_069_504,
    "Mixtral-8x7B": 46_702_792_704,
    "Mixtral-8x22B": 140_620_634_112,
    "gemma-2-2b": 2_614_341_888,
    "gemma-2-9b": 9_241_705_984,
    "gemma-3-1b": 999_885_952,
    "gemma-3-27b": 27_432_406_640,
    "gemma-3-4b": 4_300_079_472,
    "google/gemma-3-12b-it": 12_187_325_040,
    "Qwen/Qwen2.5-VL-7B-Instruct": 8_292_166_656,
    "Qwen/Qwen2.5-VL-72B-Instruct": 73_410_777_344,
    "Qwen/Qwen3-VL-8B-Instruct": 8_767_123_696,
    "Qwen/Qwen3-VL-30B-A3B-Instruct": 31_070_754_032,
    "mistralai/Mistral-Small-3.2-24B-Instruct-2506": 24_011_361_280,
    "openbmb/MiniCPM-V-2_6": 8_099_175_152,
    "phi-2": 2_779_683_840,
    "Phi-3-mini": 3_821_079_552,
    "Phi-3.5-MoE": 41_873_153_344,
    "phi-4": 14_659_507_200,
    "DeepSeek-V2-Lite": 15_706_484_224,
    "DeepSeek-V3": 671_026_419_200,
    "gpt-oss-20b": 20_914_757_184,
    "gpt-oss-120b": 116_829_156_672,
    "GLM-4.5": 352_797_829_120,
    "GLM-5": 744_000_000_000,
    "MiniMax-M2.5": 228_689_764_352,
    "Kimi-K2.5": 1_026_000_000_000,
    "Nemotron-3-Nano-30B-A3B": 31_577_937_344,
    "Nemotron-3-Super": 120_600_000_000,
    "Jamba-1.5-Mini": 51_570_323_328,
    "falcon-mamba-7b": 7_272_665_088,
    "DBRX": 131_596_523_520,
    "Command-R": 32_296_476_672,
    "GPT-J-6B": 6_050_882_784,
    "BLOOM-176B": 176_247_271_424,
    "OPT-6.7B": 6_658_473_984,
    "Falcon-7B": 6_921_720_704,
    "MPT-7B": 6_649_286_656,
    "BERT-base": 109_482_240,
    "BERT-large": 335_141_888,
    "bge-m3": 567_754_752,
    "all-MiniLM-L6-v2": 22_713_216,
    "all-mpnet-base-v2": 109_486_464,
    "nomic-embed-text": 136_731_648,
    "ModernBERT-base": 149_014_272,
    "whisper-large-v3": 1_543_490_560,
    "ResNet-50": 25_557_032,
    "ViT-L/16": 304_326_632,
    "CLIP-ViT-L/14": 427_616_513,
}
"""Model cards and safetensors indexes (those of the vision models as recalled on 2026-11-28, not
re-fetched); DeepSeek without its multi-token head, which vLLM does not load."""

STORED_GB = {"moonshotai/Kimi-K2-Thinking": 594.0, "openai/gpt-oss-120b": 65.2, "openai/gpt-oss-20b": 13.8}
"""Files of quantised checkpoints, 10^9 bytes: model cards as recalled, not re-fetched."""

KV_BYTES_PER_TOKEN = {
    "Llama-2-7B": 524_288,
    "Llama-3.1-8B": 131_072,
    "Mixtral-8x7B": 131_072,
    "Llama-3.3-70B": 327_680,
    "Qwen3-32B": 262_144,
    "Qwen3-30B-A3B": 98_304,
    "gpt-oss-120b": 73_728,
    "DeepSeek-V3": 70_272,
    "DeepSeek-R1": 70_272,
    "Mistral-Small": 163_840,
}
"""By hand from the configs; Mistral-Small to the byte as vLLM reports it, DeepSeek as 61 × 576 × 2."""

LOADED_GIB = {
    ("Llama-3.3-70B", "fp8"): 67.72,
    ("gpt-oss-120b", "fp4"): 64.38,
    ("Qwen3-32B", "bf16"): 61.03,
    ("Llama-3.1-8B", "bf16"): 14.99,
}
"""vLLM on one H100 (llm-d Planner, docs/empirical-vllm-memory-results.md) and start-up logs (8B)."""

AVAILABLE_KV_GIB = {
    ("Llama-3.1-8B", "bf16", 1, 0.90): 51.38,
    ("Llama-3.3-70B", "fp8", 2, 0.90): 32.00,
    ("Llama-3.3-70B", "fp8", 1, 0.90): -1.44,
    ("Qwen3-32B", "bf16", 1, 0.90): 4.45,
    ("Qwen3-32B", "bf16", 2, 0.90): 34.49,
    ("gpt-oss-120b", "fp4", 1, 0.95): 3.33,
}
"""Per GPU, vLLM 0.11 on H100, same source. The share of gpt-oss is not written beside its number; at 0.90
the source's own weights and activations would leave -0.6 GiB, at 0.95 they leave 3.34."""

BENCHMARKED = tuple(
    """
    BERT-base BERT-large BLOOM-176B DeepSeek-R1 DeepSeek-V3 DeepSeek-V3.1 Falcon-180B GPT-1.3B
    GPT-6.7B GPT-89B GPT-J-6B GPT3-175B Kimi-K2.5 LLaMA-7B Llama-2-13B Llama-2-70B Llama-2-7B
    Llama-3-70B Llama-3-8B Llama-3.1-405B Llama-3.1-70B Llama-3.1-8B Llama-3.3-70B Llama-4-Maverick
    Llama-4-Scout MPT-13B MPT-1B MPT-30B MiniMax-M2.5 Mistral-7B Mixtral-8x22B Mixtral-8x7B
    Qwen1.5-0.5B Qwen2-72B Qwen2-7B Qwen2.5-0.5B Qwen3-14B Qwen3-235B-A22B Qwen3-30B-A3B Qwen3-32B
    Qwen3-8B Qwen3.5-397B-A17B ResNet-50 RetinaNet SDXL ViT-L/16-384 gemma-2-2b gemma-3-27b GLM-5
    gpt-oss-120b internlm-20b llama-7B phi-4
    """.split()  # noqa: SIM905
)
"""Names by which public benchmarks call models."""
